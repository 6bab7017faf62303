import { stopSharedN8n } from './sharedN8n.mjs';

export default stopSharedN8n;
