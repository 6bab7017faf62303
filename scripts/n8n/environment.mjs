/** The environment variables of n8n. They keep our own out, and n8n off the internet. */
import path from 'node:path';

/** All that n8n inherits. Our NODE_OPTIONS, NODE_ENV=test and N8N_* must not reach it. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME', 'SHELL'];

/** Without these, n8n calls hosts on the internet, and waits for them if there is no network. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};

/** Only for one major version of n8n: the other warns about it or refuses to start. */
const ONLY_1 = { N8N_RUNNERS_ENABLED: 'true' };
const ONLY_2 = {
	// It fetches the registry of MCP servers from the internet at every start.
	N8N_DISABLED_MODULES: 'mcp-registry',
};

/** Without these, the editor opens with a survey and an ad. */
const PLAIN_EDITOR = {
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
};

/**
 * @param {object} options
 * @param {import('./install.mjs').N8nInstall} options.install
 * @param {string} options.folder n8n's user folder
 * @param {number} options.port
 * @param {number} options.brokerPort for n8n's task runner
 * @returns {Record<string, string>}
 */
export function n8nEnvironment({ install, folder, port, brokerPort }) {
	const inherited = INHERITED.filter((name) => process.env[name] !== undefined);
	return {
		...Object.fromEntries(inherited.map((name) => [name, String(process.env[name])])),
		...QUIET,
		...PLAIN_EDITOR,
		...(install.version.startsWith('1.') ? ONLY_1 : ONLY_2),
		// n8n starts its task runner with the "node" in PATH.
		PATH: `${path.dirname(install.node)}${path.delimiter}${process.env.PATH}`,
		NODE_ENV: 'production',
		N8N_USER_FOLDER: folder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		// The editor is opened over plain HTTP on this machine.
		N8N_SECURE_COOKIE: 'false',
		DB_TYPE: 'sqlite',
		DB_SQLITE_POOL_SIZE: '4',
	};
}
