import { NodeOperationError, type IHookFunctions, type IWebhookFunctions } from 'n8n-workflow';

import { readFlag } from '../parameters/options';
import { DOWNLOAD_CHOICES, type DownloadChoice } from '../downloads/jobDownloads';

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
 * Reads the settings, whatever an expression makes of them. Throws a NodeOperationError for those that cannot be used,
 * or that would open the workflow to everybody.
 */
export function triggerSettings(context: IWebhookFunctions | IHookFunctions): TriggerSettings {
	const read = (name: string): unknown => context.getNodeParameter(name, null);
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, { description });

	const list = (name: string, label: string): string[] => {
		const given = read(name) ?? [];
		const entries = typeof given === 'string' ? given.split(',') : given;
		if (Array.isArray(entries)) return entries.map((entry) => String(entry).trim());
		throw refuse(`${label} is not a list`, 'Choose from the list, or let the expression give one.');
	};

	const download = DOWNLOAD_CHOICES.find(
		(choice) => choice === (read('options.download') ?? 'none'),
	);
	if (!download)
		throw refuse('Download has an unknown value', `Use one of: ${DOWNLOAD_CHOICES.join(', ')}.`);
	const callbackToken = tokenOf(context);
	if (callbackToken === undefined)
		throw refuse(
			'The expression of Callback Token gives no text, so everybody would be let in',
			'Correct the expression, or remove the option.',
		);
	// Nothing but a plain "no" lets callers in unverified.
	const verify = ![false, 'false'].includes(read('verify') as boolean | string);
	if (!verify && download !== 'none' && callbackToken === '')
		throw refuse(
			'Without Verify, images are downloaded only for callers with a token',
			'Switch Verify on, add the option Callback Token, or set Download to None. Otherwise anybody could make n8n download any file.',
		);
	return {
		verify,
		download,
		callbackToken,
		events: list('events', 'Events'),
		actions: list('options.actions', 'Actions').filter((action) => action !== ''),
		deduplicate: readFlag(read('options.deduplicate')) ?? true,
		simplify: readFlag(read('options.simplify')) ?? true,
	};
}

/** Throws a NodeOperationError where the trigger could start nothing, or anything: before it is activated. */
export async function requireUsable(context: IHookFunctions): Promise<void> {
	const { verify } = triggerSettings(context);
	if (!verify) return;
	await context.getCredentials('ttapiApi').catch(() => {
		throw new NodeOperationError(context.getNode(), 'Verify needs a TTAPI credential', {
			description:
				'Choose the credential of the account that submits the jobs, or switch Verify off.',
		});
	});
}

/** Empty where none is set; undefined where one is set, but its expression gives none. */
function tokenOf(context: IWebhookFunctions | IHookFunctions): string | undefined {
	const option = 'options.callbackToken';
	const token: unknown = context.getNodeParameter(option, '');
	if (typeof token === 'number' || (typeof token === 'string' && token !== ''))
		return String(token);
	const typed = context.getNodeParameter(option, '', { rawExpressions: true });
	return typed ? undefined : '';
}
