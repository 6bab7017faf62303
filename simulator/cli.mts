import { Command, InvalidArgumentError, Option } from 'commander';
import { startSimulator, type Fault } from './startSimulator.mts';

const number = (text: string): number => {
	const value = Number(text);
	if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
		throw new InvalidArgumentError('It is no number from 0 up.');
	}
	return value;
};

const fault = (text: string, faults: Fault[]): Fault[] => {
	try {
		return [...faults, JSON.parse(text)];
	} catch {
		throw new InvalidArgumentError('It is no JSON.');
	}
};

const command = new Command('simulator')
	.description("TTAPI's Midjourney API on this machine, for tests and demonstrations")
	.option('--port <number>', 'port on 127.0.0.1, 0 for a free one', number, 0)
	.option('--api-key <key>', 'the key that is let in', 'simulator-key')
	.option(
		'--job-seconds <seconds>',
		'how long a job takes (default: relax 8, fast 4, turbo 2)',
		number,
	)
	.option('--job-spread <share>', 'how far that may be off, 0 to 1', number, 0)
	.option('--slots <number>', 'how many unfinished jobs the account may have', number, 10)
	.option('--balance <quota>', 'quota at the start', number, 1000)
	.addOption(new Option('--dialect <name>', 'spelling of the answers').choices(['seed', 'new']))
	.addOption(new Option('--account <kind>', 'kind of account').choices(['ppu', 'hold']))
	.option('--strict-fetch', "let fetch take its dialect's method only")
	.addOption(
		new Option('--video-fetch <where>', 'where videos are fetched').choices(['own', 'image']),
	)
	.option('--no-history', 'be a host without the job history')
	.option('--full-queue-400', 'refuse at a full queue with 400 instead of 499')
	.option('--picture-size <pixels>', "a grid's longer side", number, 1024)
	.option('--picture-bytes <number>', 'what each picture is made up to', number, 0)
	.option('--seed <number>', 'seed of all that is drawn at random', number, 1)
	.option('--fault <json>', 'something that goes wrong, may be given several times', fault, [])
	.parse();

const { jobSeconds, fullQueue400, fault: faults, ...options } = command.opts();

try {
	const simulator = await startSimulator({
		...options,
		jobMs: jobSeconds === undefined ? undefined : jobSeconds * 1000,
		fullQueue: fullQueue400 ? 400 : 499,
	});
	for (const signal of ['SIGINT', 'SIGTERM']) {
		process.once(signal, () => void simulator.close());
	}
	for (const one of faults) simulator.addFault(one);
	console.log(`TTAPI simulator  ${simulator.url}`);
	console.log(`TT-API-KEY       ${simulator.apiKey}`);
	console.log('Open the address in a browser to watch the jobs. Ctrl-C ends it.');
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
