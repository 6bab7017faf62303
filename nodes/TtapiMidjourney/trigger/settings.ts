import { NodeOperationError, type IHookFunctions, type IWebhookFunctions } from 'n8n-workflow';

import type { DownloadChoice } from '../images/downloadPictures';

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

/** Reads the settings. Throws a NodeOperationError for those that would open the workflow to everybody. */
export function triggerSettings(context: IWebhookFunctions | IHookFunctions): TriggerSettings {
	const option = <T>(name: string, fallback: T) =>
		context.getNodeParameter(`options.${name}`, fallback) as T;
	const settings: TriggerSettings = {
		events: context.getNodeParameter('events', []) as string[],
		verify: context.getNodeParameter('verify', true) as boolean,
		actions: option<string[]>('actions', []),
		callbackToken: String(option('callbackToken', '') ?? ''),
		deduplicate: option('deduplicate', true),
		download: option<DownloadChoice>('download', 'none'),
		simplify: option('simplify', true),
	};
	requireUsable(context, settings);
	return settings;
}

function requireUsable(
	context: IWebhookFunctions | IHookFunctions,
	{ callbackToken, verify, download }: TriggerSettings,
): void {
	const typed = context.getNodeParameter('options.callbackToken', '', { rawExpressions: true });
	if (typed && callbackToken === '') {
		throw new NodeOperationError(
			context.getNode(),
			'The expression of Callback Token gives nothing, so everybody would be let in',
			{ description: 'Correct the expression, or remove the option.' },
		);
	}
	if (!verify && download !== 'none' && callbackToken === '') {
		throw new NodeOperationError(
			context.getNode(),
			'Without Verify, images are downloaded only for callers with a token',
			{
				description:
					'Switch Verify on, add the option Callback Token, or set Download to None. Otherwise anybody could make n8n download any file.',
			},
		);
	}
}
