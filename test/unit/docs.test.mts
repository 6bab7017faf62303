/** README and docs/: what they point to is there, and what is there is pointed to. */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { RESOURCES } from '../../nodes/TtapiMidjourney/actions/resources.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const filesOf = (folder: string, ending: string) =>
	readdirSync(path.join(ROOT, folder))
		.filter((name) => name.endsWith(ending))
		.map((name) => path.join(folder, name));
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const pages = ['README.md', ...filesOf('docs', '.md')];

/** The links of a page to files of this project, but not those in code, as paths from its root with what is behind the `#`. */
const linksOf = (page: string) =>
	[
		...read(page)
			.replace(/`[^`\n]*`/g, '')
			.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g),
	].map(([, to, heading]) => ({
		file: to === '' ? page : path.join(path.dirname(page), to),
		heading,
	}));

/** How a heading is named in an address. */
const anchorsOf = (page: string) =>
	[...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
		text
			.toLowerCase()
			.replace(/[^\w\s-]/g, '')
			.replaceAll(' ', '-'),
	);

describe.each(pages)('%s', (page) => {
	test('links to what is there', () => {
		for (const { file, heading } of linksOf(page)) {
			expect([file, existsSync(path.join(ROOT, file))]).toEqual([file, true]);
			if (heading) expect(anchorsOf(file)).toContain(heading);
		}
	});

	test('names examples that are there', () => {
		const named = [...read(page).matchAll(/\bexamples\/[\w-]+\.json/g)].map(([name]) => name);
		expect(filesOf('examples', '.json')).toEqual(expect.arrayContaining(named));
	});
});

test('every image and every page is linked to from a page', () => {
	const linked = pages.flatMap((page) => linksOf(page).map(({ file }) => file));
	const there = [...filesOf('docs/images', '.png'), ...pages.slice(1)];
	const forUsers = there.filter((file) => !/^docs\/(n8n|ttapi)\.md$/.test(file));
	expect(linked).toEqual(expect.arrayContaining(forUsers));
});

test('the images are those that `npm run screenshots` takes', () => {
	const calls = read('scripts/screenshots.mjs').matchAll(/\btake\(\s*([^,)]*)/g);
	const taken = [...calls].map(([, name]) => name);
	// A name that does not stand there as a text is equal to none.
	const there = filesOf('docs/images', '.png').map((file) => `'${path.basename(file, '.png')}'`);
	expect(taken.sort()).toEqual(there.sort());
});

test('every example is named in a page', () => {
	const text = pages.map(read).join('\n');
	for (const example of filesOf('examples', '.json')) expect(text).toContain(example);
});

test("the README's table has every operation, under its resource", () => {
	const rows = read('README.md').match(/^\|[^|]*\| \*\*[^|]*\*\* \|.*$/gm) ?? [];
	let resource = '';
	const written = rows.map((row) => {
		const [, first, second] = row.split('|').map((cell) => cell.trim());
		resource = first || resource;
		return `${resource} > ${second.replaceAll('*', '')}`;
	});
	const there = RESOURCES.flatMap(({ name, operations }) =>
		Object.values(operations).map((operation) => `${name} > ${operation.name}`),
	);
	expect(written.sort()).toEqual(there.sort());
});
