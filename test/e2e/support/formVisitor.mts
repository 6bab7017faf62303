import axios from 'axios';
import { eventually } from './eventually.mts';

/** A person who fills in the pages of an n8n form: the HTTP calls that the script of each page makes. */
export class FormVisitor {
	private constructor(
		private address: URL,
		/** The HTML of the page that the person sees. */
		public page: string,
	) {}

	/** Opens the first page, as soon as n8n has it. */
	static async open(address: string): Promise<FormVisitor> {
		const page = await eventually(async () => {
			const { status, data } = await axios.get(address, {
				proxy: false,
				validateStatus: () => true,
			});
			return status === 200 && String(data);
		});
		return new FormVisitor(new URL(address), page);
	}

	/** Sends the page off. @param fields by their names in the page, such as `field-0` */
	async submit(fields: Record<string, string>): Promise<void> {
		const body = new FormData();
		for (const [name, value] of Object.entries(fields)) body.append(name, value);
		const { data } = await axios.post(this.address.href, body, { proxy: false });
		// n8n says once where the following pages are; on n8n 2 the address has a signature in it.
		if (data?.formWaitingUrl) this.address = new URL(data.formWaitingUrl);
	}

	/** Waits as the page does, and goes on to the next one. */
	async next(): Promise<void> {
		await eventually(async () => {
			const status = await this.status();
			if (['error', 'crashed', 'canceled', 'success', 'null'].includes(status)) {
				throw new Error(`There is no next page: the execution is "${status}".`);
			}
			return status === 'form-waiting';
		});
		this.page = (await axios.get(this.address.href, { proxy: false })).data;
	}

	/** What the page asks n8n for while it waits. */
	async status(): Promise<string> {
		const address = new URL(this.address);
		address.pathname += '/n8n-execution-status';
		return (await axios.get(address.href, { proxy: false })).data;
	}

	/** The files that the last page saves by itself. */
	get files(): Array<{ fileName: string; content: Buffer }> {
		const [, files = '%5B%5D'] = /decodeURIComponent\("([^"]*)"\)/.exec(this.page) ?? [];
		// n8n 1 gives one file, n8n 2 a list.
		const given = [JSON.parse(decodeURIComponent(files))].flat();
		return given.map(({ fileName, data }: any) => ({ fileName, content: Buffer.from(data) }));
	}
}
