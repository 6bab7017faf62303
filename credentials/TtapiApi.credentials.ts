import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { InputError } from '../nodes/TtapiMidjourney/jobs/errors';
import {
	CUSTOM,
	TTAPI_HOSTS,
	apiBaseUrl,
	httpUrl,
	type TtapiCredential,
} from '../nodes/TtapiMidjourney/transport/hosts';

const REFUSED =
	"TTAPI refused the key: check the API Key, and that the account's email is confirmed";
const BLOCKED = 'TTAPI refused the key because the account is blocked: ask TTAPI for the reason';
const NOT_TTAPI = 'This address answers, but it is not TTAPI: check the Base URL';
const NO_ACCOUNT_PAGE =
	"This address does not know TTAPI's account page: check the Base URL. If it is right, the key cannot be tested here, but the nodes may work.";
const TROUBLE =
	'TTAPI is not available right now (server error): try again later, or check the Base URL';

const onStatus = (statuses: number[], message: string): IAuthenticateRuleResponseCode[] =>
	statuses.map((value) => ({ type: 'responseCode', properties: { value, message } }));

const onBodyStatus = (value: unknown, message: string): IAuthenticateRuleResponseSuccessBody => ({
	type: 'responseSuccessBody',
	properties: { key: 'status', value, message },
});

// n8n allows both kinds of rules in one list, but its types don't.
const RULES = [
	...onStatus([401], REFUSED),
	...onStatus([403], BLOCKED),
	...onStatus([404], NO_ACCOUNT_PAGE),
	...onStatus([301, 302, 303, 307, 308, 405], NOT_TTAPI),
	...onStatus([500, 502, 503, 504], TROUBLE),
	onBodyStatus('FAILED', REFUSED),
	// TTAPI's answers always have a status; those of web pages and other services don't.
	onBodyStatus(undefined, NOT_TTAPI),
] as ICredentialTestRequest['rules'];

export class TtapiApi implements ICredentialType {
	name = 'ttapiApi';

	displayName = 'TTAPI API';

	icon: Icon = { light: 'file:../icons/ttapi.svg', dark: 'file:../icons/ttapi.dark.svg' };

	documentationUrl = 'https://docs.ttapi.io';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Your TT-API-KEY, found in the TTAPI dashboard',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'options',
			options: [...TTAPI_HOSTS, { name: 'Custom', value: CUSTOM }],
			default: 'https://api.ttapi.io',
			description:
				"Pay per Use runs on TTAPI's Midjourney accounts, Hold Account on your own account hosted at TTAPI",
		},
		{
			displayName: 'Custom Base URL',
			name: 'customBaseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://proxy.example.com/ttapi',
			displayOptions: { show: { baseUrl: [CUSTOM] } },
			description:
				'The address of your own proxy in front of TTAPI. The API key is sent to it, so http:// is accepted for private addresses only.',
		},
	];

	/**
	 * Adds the key to a request, and the base URL if the request only has a path. Throws an InputError for a request to any
	 * other host. Redirects are not followed, because n8n would send the key along (docs/n8n.md, Redirects).
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const base = apiBaseUrl(credentials as unknown as TtapiCredential);
		// n8n's HTTP Request node still uses an older form, with `uri` and other options for redirects.
		const {
			uri,
			url: given = uri ?? '',
			...rest
		} = request as IHttpRequestOptions & { uri?: string };
		const url = given.startsWith('/') ? `${base}${given}` : given;
		if (httpUrl(url)?.origin !== new URL(base).origin) {
			throw new InputError(
				'The TTAPI credential sends its key to the chosen Base URL only, and this request goes elsewhere',
				`Ask ${base} or use another credential.`,
			);
		}
		return {
			...rest,
			...(uri === undefined
				? {}
				: { uri: url, followRedirect: false, followAllRedirects: false, maxRedirects: 0 }),
			url,
			baseURL: undefined,
			disableFollowRedirect: true,
			headers: { ...request.headers, 'TT-API-KEY': credentials.apiKey as string },
		};
	}

	/** Free. If it gets a 404, n8n's declarative test can't try another page (docs/n8n.md, The test of a credential). */
	test: ICredentialTestRequest = {
		request: { url: '/midjourney/v1/info' },
		rules: RULES,
	};
}
