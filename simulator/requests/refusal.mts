import type { Settings } from '../options.mts';

export type Language = 'en' | 'zh';

/** The same refusal in our words and in the vendor's. */
export interface Words extends Record<Language, string> {
	ours: string;
}

/** Thrown to refuse a request with this HTTP status and message. */
export class Refusal extends Error {
	private readonly words: Words;

	constructor(
		private readonly status: number,
		message: string | Words,
	) {
		const words =
			typeof message === 'string' ? { ours: message, en: message, zh: message } : message;
		super(words.ours);
		this.words = words;
	}

	/** HTTP status and message as the dialect has them: the vendor tells most refusals apart only by their words. */
	spelled({ spelling, language, refusals }: Settings): { status: number; message: string } {
		if (spelling.words === 'ours') return { status: this.status, message: this.message };
		const isVague = this.status === 400 || this.words === words.unknownJob;
		return { status: isVague ? refusals : this.status, message: this.words[language] };
	}
}

/** Refusals that the vendor words differently. */
export const words = {
	unknownJob: {
		ours: 'Job not found.',
		en: 'The associated task does not exist or has expired.',
		zh: '关联任务不存在',
	},
	unfinishedJob: {
		ours: "'jobId' parameter error! The job has not succeeded.",
		en: 'Associated task status error.',
		zh: '关联任务状态错误',
	},
	fullQueue: {
		ours: 'The job queue is full.',
		en: 'Queue full',
		zh: '队列已满，请稍后尝试',
	},
} satisfies Record<string, Words>;

/** For a job that nobody knows. */
export const unknownJob = () => new Refusal(404, words.unknownJob);

/** 400 for a field that is missing. */
export const emptyField = (field: string) =>
	new Refusal(400, inBoth(`"${field}" cannot be empty.`, `"${field}" 不能为空`));

/** 400 for a field that is wrong. Our own `reason` follows the documented message. */
export const wrongField = (field: string, reason = '') =>
	new Refusal(
		400,
		inBoth(`'${field}' parameter error! ${reason}`.trim(), `'${field}' 参数错误！${reason}`),
	);

const inBoth = (en: string, zh: string): Words => ({ ours: en, en, zh });
