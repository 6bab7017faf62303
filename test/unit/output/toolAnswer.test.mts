import { expect, test } from '@jest/globals';

import { submittedJob } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { toErrorItem } from '../../../nodes/TtapiMidjourney/output/nodeErrors.ts';
import { toolAnswer } from '../../../nodes/TtapiMidjourney/output/toolAnswer.ts';

const job = submittedJob('job-1', 'image', { action: 'imagine' });
const answerTo = (json: object) => toolAnswer([{ json: { ...json } }])[0].json;

test('leaves out what says nothing', () => {
	expect(answerTo(job)).toEqual({
		jobId: 'job-1',
		status: 'SUBMITTED',
		family: 'image',
		action: 'imagine',
	});
	expect(answerTo({ available: false, balance: 0 })).toEqual({ available: false, balance: 0 });
});

test('says nothing twice, but all that is said once only', () => {
	const components = ['upsample1'];
	const actions = [{ value: 'upsample1', label: 'Upscale 1 (U1)' }];
	const images = { cdnImage: 'https://cdn/a.png', discordImage: 'https://discord/a.png' };
	expect(answerTo({ components, actions, ...images })).toEqual({
		actions,
		cdnImage: 'https://cdn/a.png',
	});
	const alone = { components, discordImage: 'https://discord/a.png' };
	expect(answerTo({ ...alone, actions: [], cdnImage: null })).toEqual(alone);
});

test('keeps what an error says, and the pairing', () => {
	const item = { ...toErrorItem(new Error('It broke')), pairedItem: { item: 0 } };
	expect(toolAnswer([item])).toEqual([item]);
});

test('is never empty', () => {
	expect(toolAnswer([])).toEqual([{ json: { message: 'Nothing found' }, pairedItem: { item: 0 } }]);
});
