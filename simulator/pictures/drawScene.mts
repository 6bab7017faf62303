import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import { randomFrom } from '../random.mts';
import { blend, brightness, css, paletteAt, type Palette } from './palette.mts';
import { featuresOf, type Features, type Scene } from './scene.mts';

/**
 * The view of a landscape. Landscape coordinates are in image heights: x is 0 in the middle; y is 0
 * at the top and 1 at the bottom of the unzoomed view.
 */
interface View {
	context: SKRSContext2D;
	width: number;
	height: number;
	features: Features;
	palette: Palette;
	toX(x: number): number;
	toY(y: number): number;
	fromX(pixel: number): number;
	/** Converts a length to pixels. */
	length(length: number): number;
}

const ridges = 5;
const farthestZoom = 8;

/** Draws a scene; the same scene and size give the same pixels. */
export function drawScene(scene: Scene, width: number, height: number): Canvas {
	const canvas = createCanvas(width, height);
	const view = viewOf(scene, canvas.getContext('2d'), width, height);
	drawSky(view, scene.seed);
	drawSun(view);
	drawClouds(view);
	const hasWater = view.features.water > 0.45;
	const behindWater = hasWater ? ridges - 2 : ridges - 1;
	for (let layer = 0; layer < behindWater; layer++) drawRidge(view, layer);
	if (hasWater) drawWater(view, canvas);
	drawRidge(view, ridges - 1);
	drawTrees(view, ridges - 1);
	drawVignette(view);
	return canvas;
}

function viewOf(scene: Scene, context: SKRSContext2D, width: number, height: number): View {
	const zoom = Math.min(scene.zoom, farthestZoom);
	const features = featuresOf(scene);
	const shift = scene.panX * (width / height);
	return {
		context,
		width,
		height,
		features,
		palette: paletteAt(features.hue, scene.tint),
		toX: (x) => width / 2 + ((x - shift) / zoom) * height,
		toY: (y) => height * (0.5 + (y - 0.5 - scene.panY) / zoom),
		fromX: (pixel) => ((pixel - width / 2) / height) * zoom + shift,
		length: (length) => (length / zoom) * height,
	};
}

const horizonOf = ({ horizon }: Features) => 0.5 + horizon * 0.14;

function drawSky({ context, width, height, features, palette, toY }: View, seed: string): void {
	const sky = context.createLinearGradient(0, 0, 0, Math.max(toY(horizonOf(features) + 0.08), 1));
	sky.addColorStop(0, css(palette.zenith));
	sky.addColorStop(0.55, css(blend(palette.zenith, palette.horizon, 0.55)));
	sky.addColorStop(1, css(palette.horizon));
	context.fillStyle = sky;
	context.fillRect(0, 0, width, height);

	const darkness = 1 - brightness(palette.zenith) * 2.2;
	if (darkness <= 0) return;
	const random = randomFrom(`stars ${seed}`);
	for (let star = 0; star < 90; star++) {
		const x = random() * width;
		const y = random() ** 1.6 * height * 0.55;
		context.fillStyle = css(palette.sun, darkness * random() * (1 - y / height));
		const size = (height / 512) * (0.5 + random());
		context.fillRect(x, y, size, size);
	}
}

function drawSun({ context, width, height, features, palette, toX, toY, length }: View): void {
	const x = toX((features.sunX - 0.5) * 0.8 * Math.min(width / height, 1));
	const y = toY(0.14 + features.sunY * 0.3);
	const radius = Math.max(length(0.045 + features.hour * 0.05), 1);
	for (const [reach, alpha] of [
		[9, 0.55],
		[3, 0.5],
	]) {
		const glow = context.createRadialGradient(x, y, 0, x, y, radius * reach);
		glow.addColorStop(0, css(palette.sun, alpha));
		glow.addColorStop(1, css(palette.sun, 0));
		context.fillStyle = glow;
		context.fillRect(0, 0, width, height);
	}
	context.fillStyle = css(palette.sun);
	context.beginPath();
	context.arc(x, y, radius, 0, 2 * Math.PI);
	context.fill();
}

function drawClouds({ context, features, palette, toX, toY, length }: View): void {
	for (let cloud = 0; cloud < 7; cloud++) {
		const turn = features.phase * 9 + cloud * 2.4;
		const x = toX(Math.sin(turn * 1.7) * 0.9);
		const y = toY(0.1 + 0.3 * ((cloud * 0.37 + features.sunX) % 1));
		const reach = length(0.12 + 0.1 * Math.abs(Math.sin(turn)));
		context.save();
		context.translate(x, y);
		context.scale(1, 0.07 + 0.05 * features.mist);
		const haze = context.createRadialGradient(0, 0, 0, 0, 0, reach * 2);
		haze.addColorStop(0, css(palette.sun, 0.4));
		haze.addColorStop(1, css(palette.sun, 0));
		context.fillStyle = haze;
		context.beginPath();
		context.arc(0, 0, reach * 2, 0, 2 * Math.PI);
		context.fill();
		context.restore();
	}
}

/** The y of a ridge at x: jagged far away, gentle nearby. */
function ridgeY(features: Features, layer: number, x: number): number {
	const { phase, roughness } = features;
	const nearness = layer / (ridges - 1);
	const base = horizonOf(features) - 0.06 + nearness ** 1.5 * 0.31;
	let rise = 0;
	for (let octave = 0; octave < 6; octave++) {
		const wave = Math.sin(x * 2.1 * 1.93 ** octave + phase * 23 + layer * 4.7 + octave * octave);
		const jagged = 1 - 2 * Math.abs(wave);
		const share = (1 - nearness) * (0.35 + 0.65 * roughness);
		rise += (wave + (jagged - wave) * share) * (0.5 - 0.06 * nearness) ** octave;
	}
	return base - rise * (0.085 - 0.045 * nearness);
}

function ridgeColour({ palette, features }: View, layer: number) {
	const nearness = layer / (ridges - 1);
	const far = blend(palette.far, palette.horizon, 0.35 + 0.25 * features.mist);
	return blend(far, palette.near, nearness ** 1.2);
}

function drawRidge(view: View, layer: number): void {
	const { context, width, height, features, palette, toY, fromX, length } = view;
	const step = Math.max(width / 400, 1);
	context.beginPath();
	context.moveTo(0, height);
	let top = height;
	for (let pixel = 0; pixel <= width + step; pixel += step) {
		const y = toY(ridgeY(features, layer, fromX(pixel)));
		top = Math.min(top, y);
		context.lineTo(pixel, y);
	}
	context.lineTo(width, height);
	context.closePath();

	const colour = ridgeColour(view, layer);
	const isNearest = layer === ridges - 1;
	const foot = blend(colour, palette.horizon, isNearest ? 0 : 0.3 + 0.35 * features.mist);
	const slope = context.createLinearGradient(0, top, 0, top + Math.max(length(0.3), 1));
	slope.addColorStop(0, css(colour));
	slope.addColorStop(1, css(foot));
	context.fillStyle = slope;
	context.fill();
}

/** A lake that mirrors what has been drawn above its shore. */
function drawWater({ context, width, height, features, palette, toY }: View, canvas: Canvas): void {
	const shore = Math.round(toY(horizonOf(features) + 0.13));
	if (shore <= 0 || shore >= height) return;
	const mirrored = createCanvas(width, shore);
	mirrored.getContext('2d').drawImage(canvas, 0, 0);
	context.save();
	context.beginPath();
	context.rect(0, shore, width, height - shore);
	context.clip();
	context.translate(0, 2 * shore);
	context.scale(1, -1);
	context.drawImage(mirrored, 0, 0);
	context.restore();

	const depth = context.createLinearGradient(0, shore, 0, height);
	depth.addColorStop(0, css(palette.horizon, 0.25));
	depth.addColorStop(1, css(palette.near, 0.75));
	context.fillStyle = depth;
	context.fillRect(0, shore, width, height - shore);
	const random = randomFrom(`ripples ${features.phase}`);
	for (let ripple = 0; ripple < 40; ripple++) {
		const nearness = random() ** 1.5;
		const y = shore + nearness * (height - shore);
		const reach = width * (0.03 + 0.12 * random()) * (0.3 + nearness);
		context.fillStyle = css(palette.sun, 0.05 + 0.12 * random());
		context.fillRect(random() * width - reach / 2, y, reach, Math.max(height / 450, 0.5));
	}
}

/** Conifers on a ridge, at fixed places in the landscape. */
function drawTrees(view: View, layer: number): void {
	const { context, width, features, palette, toX, toY, fromX, length } = view;
	context.fillStyle = css(blend(palette.near, [0, 0, 0], 0.25));
	const spacing = 0.017;
	const last = Math.ceil(fromX(width) / spacing) + 2;
	for (let tree = Math.floor(fromX(0) / spacing) - 2; tree <= last; tree++) {
		const luck = Math.abs(Math.sin(tree * 12.9 + features.phase * 40) * 437.5) % 1;
		const isWood = Math.sin(tree * 0.06 + features.phase * 12) > 0.15 - features.contrast * 0.5;
		if (!isWood || luck < 0.25) continue;
		const place = (tree + luck) * spacing;
		const x = toX(place);
		const foot = toY(ridgeY(features, layer, place)) + length(0.012);
		const size = length(0.03 + 0.055 * luck);
		for (const [from, to, breadth] of [
			[1, 0.45, 0.13],
			[0.75, 0.25, 0.17],
			[0.5, 0, 0.21],
		]) {
			context.beginPath();
			context.moveTo(x, foot - size * from);
			context.lineTo(x + size * breadth, foot - size * to);
			context.lineTo(x - size * breadth, foot - size * to);
			context.fill();
		}
	}
}

function drawVignette({ context, width, height }: View): void {
	const reach = Math.hypot(width, height) / 2;
	const shade = context.createRadialGradient(
		width / 2,
		height / 2,
		reach * 0.55,
		width / 2,
		height / 2,
		reach,
	);
	shade.addColorStop(0, 'rgba(0, 0, 0, 0)');
	shade.addColorStop(1, 'rgba(0, 0, 0, 0.28)');
	context.fillStyle = shade;
	context.fillRect(0, 0, width, height);
}
