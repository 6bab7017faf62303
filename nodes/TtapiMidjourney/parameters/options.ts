import { JOB_FAMILIES, type JobFamily } from '../jobs/job';
import {
	ACCOUNT_SLOTS,
	FIRST_POLL_SECONDS,
	JOB_TIMEOUT,
	LONGEST_WAIT_SECONDS,
	SECONDS_AFTER_TIMEOUT,
} from '../jobs/limits';
import { choice, flag, number, shownAs, text, type Collection, type Parameter } from './parameter';

export const OPTIONS: Collection = { name: 'options', label: 'Options', add: 'Add option' };

/** A year: a date that is much later is none. */
const MOST_SECONDS = 365 * 24 * 3600;

export const hookUrl = text({
	name: 'hookUrl',
	in: OPTIONS,
	label: 'Callback URL',
	help: 'URL that TTAPI calls when the job finishes. It must be reachable from the internet.',
	shown: { placeholder: 'e.g. https://n8n.example.com/webhook/ttapi' },
});

export const getUImages = flag({
	name: 'getUImages',
	in: OPTIONS,
	label: 'Get Separate Images',
	help: 'Whether to also return the four images of the grid as separate URLs. Free: no upscale, no extra job.',
	default: false,
});

export const family = choice<JobFamily | 'auto'>({
	name: 'family',
	in: OPTIONS,
	label: 'Job Family',
	help: 'What kind of job it is. Choosing it saves requests.',
	choices: [
		{
			name: 'Detect Automatically',
			value: 'auto',
			description: 'Look for an image, then an edit, then a video',
		},
		...JOB_FAMILIES.map((value) => ({
			name: { image: 'Image', edit: 'Image Edit', video: 'Video' }[value],
			value,
		})),
	],
	default: 'auto',
});

const TIMEOUT = {
	name: 'timeout',
	in: OPTIONS,
	label: 'Job Timeout',
	help: `Seconds before TTAPI gives up on the job: ${JOB_TIMEOUT.least} to ${JOB_TIMEOUT.most} (relax: ${JOB_TIMEOUT.leastForRelax} to ${JOB_TIMEOUT.most}). Defaults to ${JOB_TIMEOUT.least} (relax: ${JOB_TIMEOUT.leastForRelax}).`,
	least: JOB_TIMEOUT.least,
	most: JOB_TIMEOUT.most,
	isWhole: true,
	unit: 'seconds',
	default: JOB_TIMEOUT.leastForRelax,
	unset: undefined,
};

export const timeout = number(TIMEOUT);

/** The same for relax jobs, which wait in line at Midjourney. */
export const relaxTimeout = number({
	...TIMEOUT,
	least: JOB_TIMEOUT.leastForRelax,
	unit: 'seconds in relax mode',
});

export const reference = text({
	name: 'reference',
	in: OPTIONS,
	label: 'Reference',
	help: 'Your own key for this job, such as a row number. It comes out as "reference". If a Callback URL is set, it is added to its query, and the trigger outputs it, too.',
	shown: { placeholder: 'e.g. row 12' },
});

export const maxJobs = number({
	name: 'maxJobs',
	in: OPTIONS,
	label: 'Max Jobs',
	help: "How many new jobs one run of this node may submit. If more items need one, the run fails before anything is paid. Each round of a loop and each call by an agent is a run of its own. Uses the first item's value.",
	least: 0,
	isWhole: true,
	default: ACCOUNT_SLOTS,
	unset: undefined,
});

export const maxInFlight = number({
	name: 'maxInFlight',
	in: OPTIONS,
	label: 'Max Jobs in Flight',
	help: `How many jobs this node keeps running at once. TTAPI accounts have ${ACCOUNT_SLOTS} slots by default. Uses the first item's value.`,
	least: 1,
	isWhole: true,
	default: ACCOUNT_SLOTS,
});

const MAX_WAIT =
	'How many seconds to wait for the job to finish, counted from its submit; and for a free slot while no job of the account starts or finishes.';

export const maxWait = number({
	name: 'maxWait',
	in: OPTIONS,
	label: 'Max Wait',
	help: `${MAX_WAIT} Defaults to the Job Timeout plus ${SECONDS_AFTER_TIMEOUT}.`,
	least: 0,
	most: MOST_SECONDS,
	unit: 'seconds',
	default: JOB_TIMEOUT.leastForRelax + SECONDS_AFTER_TIMEOUT,
	unset: undefined,
});

/** The same for jobs whose timeout is not known. */
const untimedMaxWait = shownAs(maxWait, {
	default: LONGEST_WAIT_SECONDS,
	description: `${MAX_WAIT} Defaults to ${LONGEST_WAIT_SECONDS}.`,
});

/** The same for a job that was submitted before. */
export const maxWaitFromNow = shownAs(maxWait, {
	default: LONGEST_WAIT_SECONDS,
	description: `How many seconds to wait for the job, counted from the start of this node. Defaults to ${LONGEST_WAIT_SECONDS}, a minute more than the longest Job Timeout.`,
});

export const onTimeout = choice({
	name: 'onTimeout',
	in: OPTIONS,
	label: 'On Timeout',
	help: 'What to do when Max Wait runs out before the job finishes',
	choices: [
		{
			name: 'Error',
			value: 'error',
			description:
				'Fail the item and put the job ID in the message. A paused execution continues with "timedOut": true unless On Error is one of the Continue settings.',
		},
		{
			name: 'Continue',
			value: 'continue',
			description: 'Return the unfinished job with "timedOut": true',
		},
	],
	default: 'error',
});

export const pollInterval = number({
	name: 'pollInterval',
	in: OPTIONS,
	label: 'Poll Interval',
	help: `The most seconds until a job is checked for the first time. Later checks follow when it is likely to have finished. Defaults to ${FIRST_POLL_SECONDS.turbo} (turbo), ${FIRST_POLL_SECONDS.fast} (fast) or ${FIRST_POLL_SECONDS.relax} (relax). Uses the first item's value.`,
	least: 1,
	most: MOST_SECONDS,
	unit: 'seconds',
	default: FIRST_POLL_SECONDS.fast,
	unset: undefined,
});

export const checkPrompt = flag({
	name: 'checkPrompt',
	in: OPTIONS,
	label: 'Check Prompt First',
	help: 'Whether to ask TTAPI for banned words before submitting, free of charge. The item fails if it finds any. English only.',
	default: true,
	unset: false,
});

export const promptLint = choice({
	name: 'promptLint',
	in: OPTIONS,
	label: 'Prompt Lint',
	help: "What to do when the prompt looks wrong, such as a misspelled or impossible parameter, text behind the parameters or a line break. This check runs in n8n and doesn't call TTAPI.",
	choices: [
		{ name: 'Error', value: 'error', description: 'Fail the item before anything is paid' },
		{ name: 'Off', value: 'off', description: "Don't check the prompt" },
		{
			name: 'Warn',
			value: 'warn',
			description: 'Send the prompt, and list what looks wrong in "promptWarnings"',
		},
	],
	default: 'warn',
});

export const simplify = flag({
	name: 'simplify',
	in: OPTIONS,
	label: 'Simplify',
	help: 'Whether to return a simplified version of the response instead of the raw data',
	default: true,
});

export const translation = flag({
	name: 'translation',
	in: OPTIONS,
	label: 'Translate Prompt',
	help: 'Whether TTAPI translates a prompt in another language into English',
	default: true,
	unset: undefined,
});

/** The options of an operation that sends a prompt. */
export const PROMPT_OPTIONS: readonly Parameter[] = [checkPrompt, promptLint];

const WAIT_OPTIONS: readonly Parameter[] = [
	hookUrl,
	maxInFlight,
	maxJobs,
	onTimeout,
	pollInterval,
	reference,
	simplify,
];

/** The options of an operation that submits a job. */
export const TIMED_OPTIONS: readonly Parameter[] = [...WAIT_OPTIONS, maxWait, timeout];

/** The same for jobs whose timeout TTAPI lets nobody choose. */
export const UNTIMED_OPTIONS: readonly Parameter[] = [...WAIT_OPTIONS, untimedMaxWait];
