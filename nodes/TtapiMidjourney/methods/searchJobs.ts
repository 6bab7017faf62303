import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { labelOf } from '../jobs/actions';
import { TransientError, TtapiError } from '../jobs/errors';
import type { Job } from '../jobs/job';
import { n8nClock } from '../n8n/clock';
import { Store } from '../n8n/store';
import { toNodeError } from '../output/nodeErrors';
import { isJobId, type JobIdParameter } from '../parameters/job';
import type { Resource } from '../run/operation';
import { TtapiClient } from '../transport/client';
import { eachPage, patientHistory, type History } from '../transport/history';
import { httpUrl } from '../transport/hosts';

/** How many of the account's latest jobs are searched. */
const MAX_JOBS = 300;

/** At least so many jobs are returned, if there are more. The editor asks for more when the list is scrolled, so it must be long enough. */
const MIN_RESULTS = 25;

/** The editor cuts longer names, and the action is at the end. */
const MAX_NAME_LENGTH = 56;

/** A person is waiting. */
const PATIENCE = { tries: 3, patienceMs: 10_000 };

const KEPT = { keptMs: 30_000 };

/** Each account's pages since the list was opened, so that a search doesn't load them again for each letter. */
const accounts = new Store<Store<Promise<History>>>(KEPT);

/**
 * Returns the account's latest jobs that fit the operation, newest first, for the list of Job ID. Free. Throws the error
 * that the list shows.
 * @param filter text in the job's prompt, ID or action
 * @param paginationToken how many jobs the list shows already
 */
export async function searchJobs(
	context: ILoadOptionsFunctions,
	resources: readonly Resource[],
	filter = '',
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	const fits = fitsOf(context, resources);
	const search = oneLine(filter).toLowerCase();
	const shown = Number(paginationToken);
	const found: Job[] = [];
	let searched = 0;
	try {
		const isOpened = search === '' && shown === 0;
		for await (const page of eachPage(await pageLoader(context, isOpened))) {
			const jobs = page.slice(0, MAX_JOBS - searched);
			found.push(...jobs.filter((job) => fits(job) && textOf(job).includes(search)));
			searched += jobs.length;
			if (searched === MAX_JOBS) break;
			if (found.length >= shown + MIN_RESULTS)
				return { results: found.slice(shown).map(listItem), paginationToken: String(found.length) };
		}
	} catch (error) {
		throw toNodeError(context.getNode(), noHistory(error) ?? error, 0);
	}
	return { results: found.slice(shown).map(listItem) };
}

/** Which jobs fit the operation that the node is set to. */
function fitsOf(
	context: ILoadOptionsFunctions,
	resources: readonly Resource[],
): JobIdParameter['fits'] {
	const chosen = context.getNodeParameter('resource');
	const operations = resources.find(({ value }) => value === chosen)?.operations ?? {};
	const operation = operations[String(context.getNodeParameter('operation'))];
	return operation?.parameters.find(isJobId)?.fits ?? (() => true);
}

/**
 * A function that gives the n-th page of the account's history.
 * @param isOpened whether the list was just opened, so that no page may be an old one
 */
async function pageLoader(
	context: ILoadOptionsFunctions,
	isOpened: boolean,
): Promise<(page: number) => Promise<History>> {
	const clock = n8nClock(context);
	const client = await TtapiClient.of(context, clock);
	if (isOpened) accounts.delete(client.accountKey);
	const pages = accounts.share(clock, client.accountKey, () => new Store(KEPT));
	const load = async (page: number) => await patientHistory(client, { page }, PATIENCE);
	return async (page) => await pages.share(clock, String(page), async () => await load(page));
}

/** What the list says if the host has no history. Undefined for any other error. */
function noHistory(error: unknown): TtapiError | undefined {
	if (!(error instanceof TtapiError) || error instanceof TransientError) return undefined;
	const { httpStatus = 200 } = error;
	if (httpStatus >= 300 && ![400, 404, 405].includes(httpStatus)) return undefined;
	return new TtapiError('This TTAPI host has no job history', {
		description: 'Choose By ID and enter the ID of the job.',
	});
}

function listItem(job: Job): INodeListSearchItems {
	const url = job.cdnImage ?? job.discordImage ?? job.images[0] ?? job.videos?.[0] ?? '';
	return { name: nameOf(job), value: job.jobId, ...(httpUrl(url) ? { url } : {}) };
}

/** Prompt and action. n8n saves the name, and evaluates one that starts with "=" (docs/n8n.md, The list of a resource locator). */
function nameOf({ jobId, action, prompt }: Job): string {
	const label = action === null ? '' : labelOf(action);
	// The URLs of image prompts come first, and tell nobody anything.
	const words = oneLine((prompt ?? '').replace(/<?https?:\/\/\S+/g, '')).replace(/^[=\s]+/, '');
	if (words === '') return `${label || 'Job'} ${jobId}`;
	const end = label && ` · ${label}`;
	return shortened(words, MAX_NAME_LENGTH - end.length) + end;
}

/** What a filter is looked for in. */
const textOf = (job: Job): string =>
	oneLine([job.prompt, job.jobId, nameOf(job)].join('\n')).toLowerCase();

function shortened(text: string, maxLength: number): string {
	const characters = [...text];
	if (characters.length <= maxLength) return text;
	const kept = characters.slice(0, maxLength - 1).join('');
	// Without half a parameter, such as "--a".
	return `${kept.replace(/\s+(-\S*)?$/, '')}…`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
