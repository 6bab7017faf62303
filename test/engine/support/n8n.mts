/**
 * n8n's engine, loaded as n8n itself loads it: by `require`, so that nodes, credentials and engine share one n8n-workflow
 * (an `import` would bring its second, ES module build).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'ttapi-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// n8n reads these when it is loaded. A proxy of this machine must not get between the nodes and nock.
for (const name of Object.keys(process.env)) {
	if (/^(https?|all|no)_proxy$/i.test(name) || name.startsWith('N8N_')) delete process.env[name];
}
Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'only for tests' });

const load = createRequire(import.meta.url);

export const { NodeConnectionTypes, Workflow, createRunExecutionData, LoggerProxy } = load(
	'n8n-workflow',
) as typeof import('n8n-workflow');
export const {
	BinaryDataConfig,
	BinaryDataService,
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	WebhookContext,
	WorkflowExecute,
} = load('n8n-core') as typeof import('n8n-core');

/** n8n-core may have its own copies of these two: the engine looks for its services there. */
const loadAsCore = createRequire(load.resolve('n8n-core'));
export const { Container } = loadAsCore('@n8n/di') as typeof import('@n8n/di');
export const { Logger } = loadAsCore('@n8n/backend-common') as typeof import('@n8n/backend-common');

/** Where n8n keeps its binary data in the mode `filesystem`. */
export const storageFolder = join(folder, 'storage');
