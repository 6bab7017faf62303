/** Where a benchmark plays: it gets its n8n and its simulators here, and all of them end with it. */
import getPort from 'get-port';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startN8n } from '../../scripts/n8n/start.mjs';
import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../simulator/startSimulator.mts';
import { Host, probeEnvironment } from './host.mts';
import { olderPackage } from './olderPackage.mts';

export interface StageOptions {
	/** The packed package. */
	tarball: string;
	/** Whether less is measured, so that it does not take long. */
	isShort: boolean;
	/** A folder for profiles of n8n; undefined: none are made. */
	profiles?: string;
	/** Told what is going on. */
	report: (text: string) => void;
}

export class Stage {
	private readonly endings: Array<() => Promise<unknown>> = [];

	constructor(private readonly options: StageOptions) {}

	get isShort(): boolean {
		return this.options.isShort;
	}

	/** The packed package. */
	get tarball(): string {
		return this.options.tarball;
	}

	report(text: string): void {
		this.options.report(text);
	}

	/** Says what has to be done when the benchmark has ended. */
	atEnd(end: () => Promise<unknown>): void {
		this.endings.push(end);
	}

	/** A fresh n8n with its owner and a packed package: ours, or this one. */
	async n8n(tarball = this.tarball): Promise<Host> {
		const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-bench-'));
		this.atEnd(async () => await rm(folder, { recursive: true, force: true }));
		const probePort = await getPort({ host: '127.0.0.1' });
		const n8n = await startN8n({
			folder,
			tarball,
			env: probeEnvironment(probePort),
		});
		this.atEnd(async () => await n8n.stop());
		const host = new Host(n8n, probePort, this.options.profiles);
		await host.client.setUpOwner();
		return host;
	}

	/** A fresh n8n with 0.1.0; undefined where that cannot be had. */
	async olderN8n(): Promise<Host | undefined> {
		const tarball = await olderPackage((text) => this.report(text));
		return tarball === undefined ? undefined : await this.n8n(tarball);
	}

	/** A TTAPI of its own. */
	async simulator(options: SimulatorOptions): Promise<Simulator> {
		const simulator = await startSimulator({ pictureSize: 64, balance: 1e9, ...options });
		this.atEnd(async () => await simulator.close());
		return simulator;
	}

	/** Ends all that was started, the last first. */
	async close(): Promise<void> {
		const errors: unknown[] = [];
		for (const end of this.endings.splice(0).reverse()) {
			await end().catch((error: unknown) => errors.push(error));
		}
		if (errors.length > 0) throw errors[0];
	}
}
