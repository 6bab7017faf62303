import { jest } from '@jest/globals';

// A real n8n on a busy machine: generous, and only there to end a test that hangs.
jest.setTimeout(180_000);
