/** Runs a limited number of tasks at once. The others wait in line, first come, first served. */
export class Places {
	private readonly line: Array<() => void> = [];

	constructor(private free: number) {}

	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.acquire();
		try {
			return await work();
		} finally {
			this.release();
		}
	}

	private async acquire(): Promise<void> {
		if (this.free > 0) {
			this.free--;
			return;
		}
		await new Promise<void>((resolve) => this.line.push(resolve));
	}

	private release(): void {
		const next = this.line.shift();
		if (next) next();
		else this.free++;
	}
}
