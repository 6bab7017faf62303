/** A number of places that are taken and given back; whoever finds none waits in line, first come, first served. */
export class Slots {
	private readonly line: Array<() => void> = [];

	constructor(private free: number) {}

	/** Resolves once a slot is taken for the caller, first come, first served. */
	async take(): Promise<void> {
		if (this.free > 0) {
			this.free--;
			return;
		}
		await new Promise<void>((resolve) => this.line.push(resolve));
	}

	/** Gives a slot back: to the first in line, if there is one. */
	giveBack(): void {
		const next = this.line.shift();
		if (next) next();
		else this.free++;
	}

	/** Runs `work` in a slot. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.take();
		try {
			return await work();
		} finally {
			this.giveBack();
		}
	}
}
