/**
 * Loaded into an n8n by `NODE_OPTIONS=--import <this file>`: every name under stranger.example leads to this machine, so
 * that a test has a host that is public by its name. What a name leads to is not looked at by the nodes (SECURITY.md).
 */
import dns from 'node:dns';

const { lookup } = dns;

dns.lookup = function (name, ...more) {
	return lookup(/(?:^|\.)stranger\.example$/.test(name) ? '127.0.0.1' : name, ...more);
};
