import { EventEmitter } from 'node:events';

/** Express' response, as far as the nodes use it. */
export class FakeResponse extends EventEmitter {
	headersSent = false;

	destroyed = false;

	statusCode = 200;

	readonly headers: Record<string, string> = {};

	body?: unknown;

	/** In ms since 1970. */
	answeredAt?: number;

	setHeader(name: string, value: string): this {
		if (this.headersSent) throw new Error('Cannot set headers after they are sent');
		this.headers[name.toLowerCase()] = value;
		return this;
	}

	status(code: number): this {
		this.statusCode = code;
		return this;
	}

	json(body: unknown): this {
		if (this.headersSent) throw new Error('Cannot set headers after they are sent');
		this.body = body;
		this.end();
		return this;
	}

	/** What n8n does once it has started the execution, or could not: it answers by itself. */
	answeredByN8n(statusCode = 200): void {
		this.status(statusCode).json({ message: 'Workflow was started' });
	}

	/** The caller is gone before it was answered. */
	cutOff(): void {
		this.destroyed = true;
		this.emit('close');
	}

	private end(): void {
		this.headersSent = true;
		this.answeredAt = Date.now();
		this.emit('finish');
		this.emit('close');
	}
}
