type Colour = [red: number, green: number, blue: number];

/** The colours of one landscape. */
export interface Palette {
	zenith: Colour;
	horizon: Colour;
	sun: Colour;
	far: Colour;
	near: Colour;
}

const palette = (zenith: number, horizon: number, sun: number, far: number, near: number) => ({
	zenith: colour(zenith),
	horizon: colour(horizon),
	sun: colour(sun),
	far: colour(far),
	near: colour(near),
});

const colour = (hex: number): Colour => [hex >> 16, (hex >> 8) & 255, hex & 255];

const palettes: Palette[] = [
	palette(0x2b2d5b, 0xf4a27a, 0xffe3b8, 0xa66f8a, 0x1f1b3a),
	palette(0x7a3b5e, 0xf7b267, 0xfff0c9, 0xd98a6a, 0x52263a),
	palette(0x5f93c9, 0xfbd3b0, 0xfff4da, 0x8fb0c4, 0x24415a),
	palette(0x2f7fc1, 0xcfeaf2, 0xfffbe8, 0x7fb2c9, 0x17414a),
	palette(0x4f8f83, 0xe8efc6, 0xfffde6, 0x86b099, 0x1c3d33),
	palette(0x0b1633, 0x2d6f7e, 0xe9fff4, 0x2b5a6b, 0x071321),
	palette(0x4b3b82, 0xf6c1cf, 0xfff2ee, 0xb08fbf, 0x2e2148),
];

/** Blends the two nearest palettes at a place from 0 to 1 around the ring of palettes. */
export function paletteAt(place: number, tint: number): Palette {
	const position = place * palettes.length;
	const from = palettes[Math.floor(position) % palettes.length];
	const to = palettes[(Math.floor(position) + 1) % palettes.length];
	const amount = position - Math.floor(position);
	const at = (key: keyof Palette) => rotateHue(blend(from[key], to[key], amount), tint);
	return {
		zenith: at('zenith'),
		horizon: at('horizon'),
		sun: at('sun'),
		far: at('far'),
		near: at('near'),
	};
}

export function blend(from: Colour, to: Colour, amount: number): Colour {
	const channel = (index: 0 | 1 | 2) => from[index] + (to[index] - from[index]) * amount;
	return [channel(0), channel(1), channel(2)];
}

export function css(colour: Colour, alpha = 1): string {
	return `rgba(${colour.map(Math.round).join(', ')}, ${alpha})`;
}

export const brightness = ([red, green, blue]: Colour) => (red + green + blue) / 765;

function rotateHue(colour: Colour, degrees: number): Colour {
	const angle = (degrees * Math.PI) / 180;
	const stay = (1 + 2 * Math.cos(angle)) / 3;
	const next = (1 - Math.cos(angle)) / 3 - Math.sin(angle) / Math.sqrt(3);
	const last = (1 - Math.cos(angle)) / 3 + Math.sin(angle) / Math.sqrt(3);
	const channel = (index: number) => {
		const rotated =
			colour[index] * stay + colour[(index + 1) % 3] * next + colour[(index + 2) % 3] * last;
		return Math.min(Math.max(rotated, 0), 255);
	};
	return [channel(0), channel(1), channel(2)];
}
