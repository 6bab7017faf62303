import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IHttpRequestOptions,
	IRequestOptionsSimplified,
} from 'n8n-workflow';

import { TtapiApi } from '../../../credentials/TtapiApi.credentials.ts';

export const API_KEY = 'key-that-nobody-may-see';

const type = new TtapiApi();

/** How often n8n has read a credential so far: from its database, as the nodes see it. */
export const credentialReads = { count: 0 };

/** Does what n8n's own helper does for a credential whose `authenticate` is a function. */
export function credentialsHelper(credential: ICredentialDataDecryptedObject): ICredentialsHelper {
	return {
		getDecrypted: async () => {
			credentialReads.count++;
			return { ...credential };
		},
		authenticate: async (data: ICredentialDataDecryptedObject, _name: string, request: unknown) =>
			await type.authenticate(data, request as IHttpRequestOptions),
		preAuthentication: async () => undefined,
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getCredentialsProperties: () => type.properties,
	} as unknown as ICredentialsHelper & { request: IRequestOptionsSimplified };
}
