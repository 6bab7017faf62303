import { NodeOperationError, type IHookFunctions, type IWebhookFunctions } from 'n8n-workflow';

import type { DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import { simplify } from '../parameters/options';
import { pathOf, type Parameter } from '../parameters/parameter';
import {
	actions,
	callbackToken,
	deduplicate,
	download,
	events,
	verify,
	type JobKind,
} from './fields';

/** What the panel of the trigger says. */
export interface TriggerSettings {
	/** Which ends of a job start the workflow: SUCCESS, FAILED. */
	events: string[];
	verify: boolean;
	/** The wanted actions; empty: all. */
	actions: string[];
	/** What callers must send; empty: nothing. */
	callbackToken: string;
	deduplicate: boolean;
	download: DownloadChoice;
	simplify: boolean;
}

/**
 * Reads the settings. Throws a NodeOperationError for those that cannot be used, or that would open the workflow to
 * everybody.
 * @param kinds the kinds of jobs that the panel lists
 */
export function triggerSettings(
	context: IWebhookFunctions | IHookFunctions,
	kinds: readonly JobKind[],
): TriggerSettings {
	try {
		const settings = {
			events: read(context, events),
			verify: read(context, verify),
			actions: read(context, actions(kinds)),
			callbackToken: tokenOf(context),
			deduplicate: read(context, deduplicate),
			download: read(context, download),
			simplify: read(context, simplify),
		};
		requireGuarded(settings);
		return settings;
	} catch (error) {
		throw error instanceof InputError
			? new NodeOperationError(context.getNode(), error.message, { description: error.description })
			: error;
	}
}

/** Throws a NodeOperationError for a trigger that could start nothing. n8n 2.x asks for the credential itself, 1.x doesn't. */
export async function requireUsable(
	context: IHookFunctions,
	kinds: readonly JobKind[],
): Promise<void> {
	if (!triggerSettings(context, kinds).verify) return;
	await context.getCredentials('ttapiApi').catch(() => {
		throw new NodeOperationError(context.getNode(), 'Verify needs a TTAPI credential', {
			description:
				'Choose the credential of the account that submits the jobs, or switch Verify off.',
		});
	});
}

function read<T>(context: IWebhookFunctions | IHookFunctions, parameter: Parameter<T>): T {
	return parameter.read(context.getNodeParameter(pathOf(parameter), null));
}

/** Throws an InputError for settings under which anybody could make n8n download any file. */
function requireGuarded({
	verify: isVerified,
	download: choice,
	callbackToken: token,
}: TriggerSettings) {
	if (isVerified || choice === 'none' || token !== '') return;
	throw new InputError(
		'Without Verify, images are downloaded only for callers with a token',
		'Switch Verify on, add the option Callback Token, or set Download to None. Otherwise anybody could make n8n download any file.',
	);
}

/** What callers must send, byte for byte; empty if none is set. Throws an InputError if one is set, but its expression gives none. */
function tokenOf(context: IWebhookFunctions | IHookFunctions): string {
	const path = pathOf(callbackToken);
	const token: unknown = context.getNodeParameter(path, '');
	if (typeof token === 'number' || (typeof token === 'string' && token !== ''))
		return String(token);
	const typed = context.getNodeParameter(path, '', { rawExpressions: true });
	if (!typed) return '';
	throw new InputError(
		"'Callback Token' must be text, as otherwise everybody would be let in",
		'Correct the expression, or remove the option.',
	);
}
