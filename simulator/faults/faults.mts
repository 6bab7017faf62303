import { randomFrom } from '../random.mts';
import { checkFault, stageOf, type FaultPlaces } from './checkFault.mts';
import {
	fileEndpoints,
	type AnswerFault,
	type Fault,
	type FaultStage,
	type FetchFault,
	type JobFault,
	type PictureFault,
} from './fault.mts';

/** What faults are matched against. */
export interface Subject {
	endpoint: string;
	prompt: string;
	/** Whether a redirect fault sent the client here. Such a request is not redirected again. */
	redirected?: boolean;
	/** Whether it is a job that has not ended, as far as fetch says. */
	isRunning?: boolean;
}

export type FaultRecord = Fault & {
	/** How many requests matched endpoint and prompt. */
	seen: number;
	/** How many of them it hit. */
	fired: number;
};

interface Armed {
	fault: Fault;
	seen: number;
	fired: number;
	random: () => number;
}

interface ByStage {
	answer: AnswerFault;
	fetch: FetchFault;
	job: JobFault;
	picture: PictureFault;
}

/** The active faults, in the order they were added. */
export class Faults {
	private armed: Armed[] = [];

	constructor(
		private readonly places: FaultPlaces,
		private readonly seed: number,
	) {}

	/** @throws Error if the fault is not valid */
	add(fault: unknown): void {
		const random = randomFrom(`fault ${this.seed} ${this.armed.length}`);
		this.armed.push({ fault: checkFault(fault, this.places), seen: 0, fired: 0, random });
	}

	/** @throws Error if one of the faults is not valid; then none is added */
	addAll(faults: unknown[]): void {
		for (const fault of faults) checkFault(fault, this.places);
		for (const fault of faults) this.add(fault);
	}

	clear(): void {
		this.armed = [];
	}

	all(): FaultRecord[] {
		return this.armed.map(({ fault, seen, fired }) => ({ ...fault, seen, fired }));
	}

	/**
	 * The faults that hit this subject. Several can hit a job. An answer or a picture is hit by only
	 * one (besides `slow`), so that later faults are kept for later requests.
	 */
	take<Stage extends FaultStage>(stage: Stage, subject: Subject): ByStage[Stage][] {
		const taken: Fault[] = [];
		for (const armed of this.armed) {
			if (stageOf(armed.fault) !== stage || !matches(armed.fault, stage, subject)) continue;
			if (!fires(armed)) continue;
			taken.push(armed.fault);
			if (stage !== 'job' && armed.fault.kind !== 'slow') break;
		}
		return taken as ByStage[Stage][];
	}
}

function matches(fault: Fault, stage: FaultStage, subject: Subject): boolean {
	if (fault.kind === 'redirect' && subject.redirected) return false;
	if (fault.kind === 'unknownState' && !subject.isRunning) return false;
	if (fault.prompt !== undefined && !subject.prompt.includes(fault.prompt)) return false;
	if (fault.endpoint === undefined) {
		return stage !== 'answer' || !fileEndpoints.includes(subject.endpoint);
	}
	return [fault.endpoint].flat().includes(subject.endpoint);
}

function fires(armed: Armed): boolean {
	const { nth, count = Infinity, probability = 1 } = armed.fault;
	armed.seen += 1;
	// Drawn for every request, so that `nth` and `count` don't change which requests are lucky.
	const isLucky = armed.random() < probability;
	const isNth = nth === undefined || [nth].flat().includes(armed.seen);
	if (!isLucky || !isNth || armed.fired >= count) return false;
	armed.fired += 1;
	return true;
}
