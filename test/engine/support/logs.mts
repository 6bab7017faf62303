import { beforeEach } from '@jest/globals';

import { Container, Logger, LoggerProxy } from './n8n.mts';

/** Everything that nodes and engine logged in this test. */
export const logs: Array<{ level: string; message: string; meta?: unknown }> = [];

const level = (name: string) => (message: string, meta?: unknown) => {
	logs.push({ level: name, message, meta });
};
const logger = {
	debug: level('debug'),
	info: level('info'),
	warn: level('warn'),
	error: level('error'),
	scoped: () => logger,
};

Container.set(Logger, logger as never);
LoggerProxy.init(logger);
beforeEach(() => void logs.splice(0));
