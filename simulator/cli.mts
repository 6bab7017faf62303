import { Command, InvalidArgumentError, Option } from 'commander';
import { startSimulator, type Fault } from './startSimulator.mts';

const toNumber = (text: string): number => {
	const value = Number(text);
	if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
		throw new InvalidArgumentError('It must be a number, 0 or more.');
	}
	return value;
};

const addFault = (text: string, faults: Fault[]): Fault[] => {
	try {
		return [...faults, JSON.parse(text)];
	} catch {
		throw new InvalidArgumentError('It must be JSON.');
	}
};

const command = new Command('simulator')
	.description("Simulates TTAPI's Midjourney API on this machine, for tests and demos")
	.option('--port <number>', 'port on 127.0.0.1, 0 for a free one', toNumber, 0)
	.option('--api-key <key>', 'the key it accepts', 'simulator-key')
	.option(
		'--job-seconds <seconds>',
		'how long a job takes (default: relax 8, fast 4, turbo 2)',
		toNumber,
	)
	.option('--job-spread <share>', 'how much that varies, 0 to 1', toNumber, 0)
	.option('--slots <number>', 'how many unfinished jobs the account can have', toNumber, 10)
	.option('--balance <quota>', 'quota at the start', toNumber, 1000)
	.addOption(
		new Option('--dialect <name>', 'how answers are spelled').choices(['wire', 'seed', 'new']),
	)
	.addOption(new Option('--language <name>', "of the wire's refusals").choices(['en', 'zh']))
	.option('--refusals-200', "answer 200 instead of 400 for the wire's refusals")
	.addOption(new Option('--account <kind>', 'type of account').choices(['ppu', 'hold']))
	.option('--strict-fetch', "accept only the dialect's HTTP method for fetch")
	.addOption(
		new Option('--video-fetch <where>', 'which fetch returns videos').choices(['own', 'image']),
	)
	.option('--no-history', 'act as a host without job history')
	.addOption(
		new Option('--history-status <case>', "case of the history's status").choices(['any', 'upper']),
	)
	.addOption(
		new Option('--history-jobs <which>', 'which jobs the history lists').choices(['all', 'ended']),
	)
	.option('--full-queue-400', 'answer 400 instead of 499 if the queue is full')
	.option('--picture-size <pixels>', "a grid's longer side", toNumber, 1024)
	.option('--picture-bytes <number>', 'pad pictures to at least this size', toNumber, 0)
	.addOption(
		new Option('--notifier <name>', 'who sends the callbacks').choices(['vendor', 'patient']),
	)
	.option('--clock-ahead <seconds>', "how far TTAPI's clock is ahead", toNumber, 0)
	.option('--seed <number>', 'seed for everything random', toNumber, 1)
	.option('--fault <json>', 'something that goes wrong; can be repeated', addFault, [])
	.parse();

const {
	jobSeconds,
	fullQueue400,
	refusals200,
	clockAhead,
	fault: faults,
	...options
} = command.opts();

try {
	const simulator = await startSimulator({
		...options,
		jobMs: jobSeconds === undefined ? undefined : jobSeconds * 1000,
		fullQueue: fullQueue400 ? 400 : 499,
		refusals: refusals200 ? 200 : 400,
		clockOffsetMs: clockAhead * 1000,
	});
	for (const signal of ['SIGINT', 'SIGTERM']) {
		process.once(signal, () => void simulator.close());
	}
	for (const fault of faults) simulator.addFault(fault);
	console.log(`TTAPI simulator  ${simulator.url}`);
	console.log(`TT-API-KEY       ${simulator.apiKey}`);
	console.log('Open the address in a browser to watch the jobs. Press Ctrl-C to stop.');
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
