import type { Clock } from '../../../nodes/TtapiMidjourney/jobs/clock.ts';
import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';

interface Sleeper {
	at: number;
	wake: () => void;
	/** Undefined for what no Stop ends. */
	stop?: (reason: Error) => void;
}

const HOUR_MS = 3_600_000;

/** Lets every promise that can go on without the clock do so. */
export const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that only goes on when a test says so: hours of waiting take no time. */
export class VirtualClock implements Clock {
	private time = 0;

	isStopped = false;

	private sleepers: Sleeper[] = [];

	/** Every sleep that was asked for, in ms. */
	readonly slept: number[] = [];

	now = (): number => this.time;

	date = this.now;

	sleep = async (ms: number): Promise<void> => {
		if (this.isStopped) throw new StoppedError();
		this.slept.push(ms);
		await new Promise<void>((wake, stop) => this.sleepers.push({ at: this.time + ms, wake, stop }));
	};

	readonly ofProcess: Clock = {
		isStopped: false,
		now: this.now,
		date: this.date,
		sleep: async (ms) =>
			await new Promise<void>((wake) => {
				this.sleepers.push({ at: this.time + ms, wake });
			}),
		get ofProcess() {
			return this;
		},
	};

	/** What a person does with the Stop button. */
	stop(): void {
		this.isStopped = true;
		const stopped = this.sleepers.filter(({ stop }) => stop);
		this.sleepers = this.sleepers.filter(({ stop }) => !stop);
		for (const { stop } of stopped) stop!(new StoppedError());
	}

	/** Goes on by `ms`, and wakes who is due on the way, one moment after the other. */
	async advance(ms: number): Promise<void> {
		const end = this.time + ms;
		await settle();
		while (this.sleepers.some(({ at }) => at <= end)) await this.wakeNext();
		this.time = end;
	}

	/** Goes on until `work` has come to an end, and gives back what it gives back. */
	async run<T>(work: Promise<T>, mostMs = 24 * HOUR_MS): Promise<T> {
		let ended = false;
		const end = () => (ended = true);
		work.then(end, end);
		const latest = this.time + mostMs;
		for (;;) {
			await settle();
			if (ended) return await work;
			if (this.sleepers.length === 0) throw new Error('Nobody sleeps, but the work does not end');
			if (this.time > latest) throw new Error(`The work takes longer than ${mostMs} ms`);
			await this.wakeNext();
		}
	}

	private async wakeNext(): Promise<void> {
		this.time = Math.max(this.time, Math.min(...this.sleepers.map(({ at }) => at)));
		const due = this.sleepers.filter(({ at }) => at <= this.time);
		this.sleepers = this.sleepers.filter(({ at }) => at > this.time);
		for (const { wake } of due) wake();
		await settle();
	}
}
