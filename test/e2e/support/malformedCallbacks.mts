/** Callbacks that no TTAPI would send. The same seed gives the same ones. */
import { createHash } from 'node:crypto';
import { randomFrom } from '../../../simulator/random.mts';

export interface MalformedCallback {
	/** Which kind of wrong it is. */
	kind: string;
	body: string | Buffer;
	/** On top of `content-type: application/json`. */
	headers: Record<string, string>;
	/** Such as `?a=1`. */
	query: string;
	/** The job id in it that may be asked about; undefined where there is none of the right form. */
	jobId?: string;
}

type Body = string | Buffer | { json: unknown };
type Made = { body: Body } & Partial<Omit<MalformedCallback, 'body' | 'kind'>>;

/** Everything that is drawn at random. */
class Dice {
	constructor(readonly next: () => number) {}

	/** A whole number from `least` to `most`. */
	number(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	pick<T>(from: readonly T[]): T {
		return from[this.number(0, from.length - 1)];
	}

	times<T>(count: number, make: (at: number) => T): T[] {
		return Array.from({ length: count }, (_, at) => make(at));
	}

	bytes(count: number): Buffer {
		const hash = createHash('shake256', { outputLength: count });
		return hash.update(String(this.next())).digest();
	}

	/** A job id of the right form that nobody has given out. */
	uuid(): string {
		const hex = (count: number) =>
			this.times(count, () => this.number(0, 15).toString(16)).join('');
		return [hex(8), hex(4), `4${hex(3)}`, `a${hex(3)}`, hex(12)].join('-');
	}

	text(): string {
		const length = this.number(1, 60);
		return this.times(length, () => String.fromCodePoint(this.codePoint())).join('');
	}

	/** Any JSON. */
	json(depth = 4): unknown {
		const leaf = () =>
			this.pick<unknown>([
				null,
				true,
				false,
				0,
				-1,
				1e308,
				this.next(),
				'',
				'SUCCESS',
				'constructor',
				this.text(),
			]);
		if (depth === 0) return leaf();
		switch (this.number(0, 3)) {
			case 0:
				return this.times(this.number(0, 5), () => this.json(depth - 1));
			case 1: {
				const entries = this.times(this.number(0, 5), () => [this.key(), this.json(depth - 1)]);
				return Object.fromEntries(entries);
			}
			default:
				return leaf();
		}
	}

	private key(): string {
		return this.pick(['status', 'data', 'message', 'hookUrl', 'images', 'action', this.text()]);
	}

	private codePoint(): number {
		return this.pick([
			this.number(0, 0x1f),
			this.number(0x20, 0x7e),
			this.number(0xa0, 0x24f),
			// Halves of pairs, which are no characters.
			this.number(0xd800, 0xdfff),
			this.number(0x2000, 0x206f),
			this.number(0x4e00, 0x9fff),
			this.number(0x1f300, 0x1f6ff),
		]);
	}
}

const ENDS = ['SUCCESS', 'FAILED'];
const WRONG_STATUSES: unknown[] = [
	...[
		'',
		' ',
		'DONE',
		'SUCCESS ',
		'OK',
		'null',
		'200',
		'SUBMITTED',
		'S\u0000UCCESS',
		'ＳＵＣＣＥＳＳ',
	],
	...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'],
	...[null, true, 200, 0, [], ['SUCCESS'], {}, { toString: 'SUCCESS' }],
];
const WRONG_IDS: unknown[] = [
	null,
	true,
	false,
	[],
	{},
	['a'],
	{ id: 1 },
	{ toString: 'x' },
	[[[]]],
	'',
];
const PROTOTYPE_KEYS = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'valueOf',
	'hasOwnProperty',
	'then',
	'toJSON',
];

/** Texts that lead elsewhere when they are put into an address unchecked. */
const ODD_TEXTS = [
	...['../../midjourney/v1/info', '..%2f..%2finfo', '/etc/passwd', 'http://127.0.0.1:9/', '//x'],
	...['a?jobId=b', 'a&jobId=b', 'a#b', 'a=b', 'a;b', 'a b', ' ', '.', '..', '%00', '%', 'a\\b'],
	...['a\r\nX-Evil: 1', 'a\nb', 'a\tb', 'a\u0000b', '\ufeffa', 'a\u202eb', '💥', '\ud800', 'é'],
	...[
		'={{ $env }}',
		'{{ $json.x }}',
		'${process.exit(1)}',
		'<script>',
		"' OR 1=1 --",
		'$(id)',
		'`id`',
	],
];

const callback = (jobId: unknown, status: unknown, data: unknown = {}) => ({
	json: { status, jobId, message: '', data },
});

const nested = (depth: number, open: string, close: string, inside = '') =>
	open.repeat(depth) + inside + close.repeat(depth);

/** All kinds, with how often each is drawn. */
const KINDS: Record<string, { weight: number; make: (dice: Dice) => Made }> = {
	'random bytes': {
		weight: 8,
		make: (dice) => ({ body: dice.bytes(dice.number(0, 2_000)) }),
	},
	'broken JSON': {
		weight: 8,
		make: (dice) => {
			const whole = JSON.stringify(callback(dice.uuid(), 'SUCCESS', dice.json()).json);
			return { body: whole.slice(0, dice.number(1, whole.length - 1)) };
		},
	},
	'any JSON': {
		weight: 10,
		make: (dice) => ({ body: { json: dice.json() } }),
	},
	'a list or a scalar': {
		weight: 6,
		make: (dice) => {
			const { json } = callback(dice.uuid(), 'SUCCESS');
			return { body: { json: dice.pick<unknown>([[json], [[json]], [], 7, -0, 'x', true, null]) } };
		},
	},
	'an id of the wrong type': {
		weight: 8,
		make: (dice) => {
			const id = dice.pick(WRONG_IDS);
			return { body: callback(id, dice.pick(ENDS), dice.pick<unknown>([{}, { jobId: id }, []])) };
		},
	},
	'an id that is a number': {
		weight: 4,
		make: (dice) => ({
			body: callback(dice.pick([0, -1, 1.5, 1e21, dice.number(0, 1e9)]), dice.pick(ENDS)),
		}),
	},
	'an id that leads elsewhere': {
		weight: 12,
		make: (dice) => {
			const odd = dice.pick(ODD_TEXTS);
			const id = dice.pick([odd, `${dice.uuid()}${odd}`, `${odd}${dice.uuid()}`]);
			return { body: callback(id, dice.pick(ENDS)) };
		},
	},
	'an id of any characters': {
		weight: 6,
		// The blank makes it none, whatever the rest happens to be.
		make: (dice) => ({ body: callback(`${dice.text()} `, dice.pick(ENDS)) }),
	},
	'an id without an end': {
		weight: 2,
		make: (dice) => ({ body: callback(dice.uuid().repeat(dice.number(10, 5_000)), 'SUCCESS') }),
	},
	'an id deep inside': {
		weight: 4,
		make: (dice) => {
			const { json } = callback(dice.uuid(), 'SUCCESS');
			return { body: { json: { status: 'SUCCESS', data: dice.pick([{ data: json }, [json]]) } } };
		},
	},
	'an unknown status': {
		weight: 8,
		make: (dice) => ({ body: callback(dice.uuid(), dice.pick(WRONG_STATUSES), dice.json()) }),
	},
	'keys of a prototype': {
		weight: 8,
		make: (dice) => {
			const inside = JSON.stringify({ jobId: dice.uuid(), status: 'SUCCESS', polluted: 'yes' });
			const entries = dice.times(dice.number(1, 4), () => {
				const value = dice.pick([inside, `{"__proto__":${inside}}`, `{"prototype":${inside}}`]);
				return `"${dice.pick(PROTOTYPE_KEYS)}":${value}`;
			});
			const outside = `{${entries.join(',')}}`;
			return { body: dice.pick([outside, `{"status":"SUCCESS","data":${outside}}`]) };
		},
	},
	'deep JSON': {
		weight: 4,
		make: (dice) => {
			const depth = dice.pick([100, 1_000, 10_000, 50_000]);
			const deep = dice.pick([nested(depth, '[', ']'), nested(depth, '{"data":', '}', '1')]);
			return { body: dice.pick([deep, `{"status":"SUCCESS","data":${deep}}`]) };
		},
	},
	'a huge list': {
		weight: 2,
		make: (dice) => {
			const entry = dice.pick<unknown>([0, null, '', {}, 'https://example.com/x.png']);
			const list = Array(dice.number(1_000, 30_000)).fill(entry);
			return { body: { json: dice.pick<unknown>([list, { status: 'SUCCESS', data: list }]) } };
		},
	},
	'many keys': {
		weight: 2,
		make: (dice) => {
			const name = dice.text();
			const keys = dice.times(dice.number(500, 20_000), (at) => [`${name}${at}`, at]);
			return { body: { json: { status: 'SUCCESS', data: Object.fromEntries(keys) } } };
		},
	},
	megabytes: {
		weight: 0.5,
		make: (dice) => {
			const piece = dice.pick(['x', '中', '"']);
			const filler = piece.repeat(dice.number(1_100_000, 4_000_000) / Buffer.byteLength(piece));
			return { body: callback(dice.uuid(), 'SUCCESS', { filler }) };
		},
	},
	'another content type': {
		weight: 8,
		make: (dice) => {
			const type = dice.pick([
				...['text/plain', 'text/html', 'application/octet-stream', 'application/xml', 'x', ''],
				...['application/json-patch+json', 'image/png', 'application/json; charset=utf-99'],
			]);
			const { json } = callback(dice.uuid(), 'SUCCESS');
			return { body: { json }, headers: { 'content-type': type } };
		},
	},
	XML: {
		weight: 3,
		make: (dice) => ({
			body: dice.pick([
				`<a><jobId>${dice.uuid()}</jobId><status>SUCCESS</status></a>`,
				'<__proto__><polluted>yes</polluted></__proto__>',
				'<constructor><prototype><polluted>yes</polluted></prototype></constructor>',
				'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
				nested(1_000, '<a>', '</a>'),
			]),
			headers: { 'content-type': 'application/xml' },
		}),
	},
	'a form': {
		weight: 3,
		make: (dice) => ({
			body: dice.pick([
				`status=SUCCESS&jobId=../${dice.uuid()}`,
				`status=SUCCESS&jobId[]=${dice.uuid()}&__proto__[polluted]=yes`,
				'a=1&'.repeat(5_000),
			]),
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
		}),
	},
	'odd headers': {
		weight: 6,
		make: (dice) => ({
			body: callback(dice.pick(ODD_TEXTS), 'SUCCESS'),
			headers: dice.pick<Record<string, string>>([
				Object.fromEntries(dice.times(80, (at) => [`x-header-${at}`, 'y'.repeat(50)])),
				{ 'x-long': 'z'.repeat(8_000) },
				{ accept: '\t', 'accept-encoding': 'nothing', 'accept-language': 'xx-XX;q=9' },
				{ 'x-http-method-override': 'DELETE', 'x-forwarded-for': '::1, 10.0.0.1', via: '9' },
				{ 'transfer-encoding': 'chunked' },
				{ cookie: '__proto__=1; n8n-auth=x; constructor=2', authorization: 'Bearer x' },
				{ 'content-type': 'application/json; charset=utf-16le' },
				{ 'content-type': 'application/json;;;=', 'tt-api-key': 'x' },
			]),
		}),
	},
	'an odd query': {
		weight: 4,
		make: (dice) => ({
			body: callback(dice.pick(WRONG_IDS), 'SUCCESS'),
			query: dice.pick([
				'?token=a&token=b',
				'?token[]=a&token[__proto__]=b',
				'?__proto__[polluted]=yes&constructor[prototype][polluted]=yes',
				`?jobId=${dice.uuid()}&status=SUCCESS`,
				`?${'a=1&'.repeat(1_000)}`,
				'?%',
				'?=&=&=',
			]),
		}),
	},
	'an unknown job': {
		weight: 4,
		make: (dice) => {
			const jobId = dice.uuid();
			return { body: callback(jobId, dice.pick(ENDS), dice.json()), jobId };
		},
	},
	'an unknown job with deep data': {
		weight: 0.5,
		make: (dice) => {
			const jobId = dice.uuid();
			const deep = nested(dice.pick([1_000, 50_000]), '[', ']');
			return { body: `{"status":"SUCCESS","jobId":"${jobId}","data":${deep}}`, jobId };
		},
	},
};

/** So many malformed callbacks, every kind among them. */
export function malformedCallbacks(seed: string, count: number): MalformedCallback[] {
	const dice = new Dice(randomFrom(seed));
	const entries = Object.entries(KINDS);
	const whole = entries.reduce((sum, [, { weight }]) => sum + weight, 0);
	const draw = () => {
		let left = dice.next() * whole;
		return entries.find(([, { weight }]) => (left -= weight) < 0) ?? entries[0];
	};
	return dice.times(count, (at) => {
		// The first ones are one of each kind.
		const [kind, { make }] = entries[at] ?? draw();
		const { body, headers = {}, query = '', jobId } = make(dice);
		const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : write(body.json);
		return { kind, body: sent, headers, query, jobId };
	});
}

const write = (json: unknown) => JSON.stringify(json);
