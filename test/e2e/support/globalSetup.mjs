import { startSharedN8n } from './sharedN8n.mjs';

export default startSharedN8n;
