/** docs/errors-and-costs.md says about each answer and each reason what the code's tables say, row by row. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import {
	ANSWERS,
	type AnswerMeaning,
	type AnswerName,
} from '../../nodes/TtapiMidjourney/jobs/answers.ts';
import { FAILURE_REASONS, type FailureReason } from '../../nodes/TtapiMidjourney/jobs/failure.ts';

type Row = Record<string, string>;

const SENT_AGAIN: Record<AnswerMeaning['submitAgain'], string> = {
	whenASlotIsFree: 'when a slot is free',
	afterAWait: 'after a wait',
	threeTimes: 'three times',
	never: 'never',
};

function sentAgain({ readAgain, submitAgain, endsRun }: AnswerMeaning): string {
	if (endsRun) return 'no, and nothing more is submitted';
	if (submitAgain !== 'never') return SENT_AGAIN[submitAgain];
	return readAgain ? 'a check yes, a submit never' : 'no';
}

/** The answers, as whoever looks one up sees them. */
const LABELS: Record<AnswerName, string> = {
	notPassedOn: "a proxy's 401, 404 or 405, such as a web page",
	notTtapi: "a proxy's other 4xx",
	violation: '400 with a violation, such as "banned prompt words"',
	queueFull: '499, or 400 "... queue is full", "队列已满"',
	tooManyRequests: '429',
	noAccount: '400 "No available accounts"',
	wrong: '400 with other words',
	keyRefused: '401',
	noQuota: '402',
	blocked: '403',
	unknownJob: '404 for a job, or "task does not exist" and the like',
	notFound: '404 for anything else',
	tooLarge: '413, 414, 431',
	redirect: '3xx',
	serverError: '500, 502, 503, 504, any other 5xx, 408, 425',
	otherRefusal: 'any other 4xx',
	noJobId: '200 without a job ID, or with a web page instead of JSON',
	unreachable: 'none: "the connection was refused", "its host name is not known"',
	untrusted: 'none: "the request failed (CERT_...)", a certificate that is not trusted',
	answerLost: 'none: "the connection broke off", "no answer came in time"',
};

const answerRow = ([name, meaning]: [string, AnswerMeaning]): Row => ({
	"TTAPI's answer": LABELS[name as AnswerName],
	'What happened': meaning.happened,
	'What to do': meaning.toDo,
	'Sent again': sentAgain(meaning),
	Paid: { nothing: 'no', perhaps: 'perhaps' }[meaning.costs],
});

const reasonRow = (reason: FailureReason): Row => ({
	Reason: reason.says.map((text) => `\`${text}\``).join(', ') || 'anything else',
	'What happened': reason.happened,
	'What to do': reason.toDo,
	'Submitted again by a retry': reason.transient ? 'yes' : 'no',
	Quota: reason.violation ? 'returned, up to 30 violations a day' : 'returned',
});

/** The rows of the table that begins with this column. */
function tableOf(firstColumn: string): Row[] {
	const cells = (line: string) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim());
	const lines = readFileSync(
		new URL('../../docs/errors-and-costs.md', import.meta.url),
		'utf8',
	).split('\n');
	const start = lines.findIndex((line) => line.startsWith('|') && cells(line)[0] === firstColumn);
	const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
	const columns = cells(lines[start]);
	return lines
		.slice(start + 2, end)
		.map((line) => Object.fromEntries(cells(line).map((cell, index) => [columns[index], cell])));
}

describe.each([
	['answers', tableOf("TTAPI's answer"), Object.entries(ANSWERS).map(answerRow)],
	['reasons of failed jobs', tableOf('Reason'), FAILURE_REASONS.map(reasonRow)],
])("the docs' table of %s", (_title, written, rows) => {
	test.each(rows.map((row, index) => [Object.values(row)[0], index] as const))(
		'has the row "%s"',
		(_first, index) => {
			expect(written[index]).toEqual(rows[index]);
		},
	);

	test('has no other row', () => {
		expect(written).toHaveLength(rows.length);
	});
});
