import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { createRequire } from 'node:module';

// A fresh machine may have no fonts, so we bring our own.
const fonts = createRequire(import.meta.url);
GlobalFonts.registerFromPath(fonts.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), 'Caption');
GlobalFonts.registerFromPath(fonts.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'), 'Label');

/** Writes the prompt at the bottom of an image and the label in its top left corner. */
export function drawCaption(
	context: SKRSContext2D,
	width: number,
	height: number,
	prompt: string,
	label: string,
): void {
	const size = Math.max(Math.min(width, height) * 0.043, 4);
	const margin = size * 1.1;
	const [text, parameters] = splitParameters(prompt);
	context.textBaseline = 'alphabetic';
	context.textAlign = 'left';

	context.font = `${size}px Caption`;
	const lines = wrap(context, text, width - 2 * margin, 2);
	const rows = lines.length + (parameters ? 0.85 : 0);
	const top = height - margin * 1.6 - rows * size * 1.35;
	const shade = context.createLinearGradient(0, top - size * 2, 0, height);
	shade.addColorStop(0, 'rgba(8, 10, 20, 0)');
	shade.addColorStop(0.5, 'rgba(8, 10, 20, 0.45)');
	shade.addColorStop(1, 'rgba(8, 10, 20, 0.7)');
	context.fillStyle = shade;
	context.fillRect(0, top - size * 2, width, height);

	let baseline = height - margin;
	if (parameters) {
		context.font = `${size * 0.72}px Caption`;
		context.fillStyle = 'rgba(255, 255, 255, 0.7)';
		const [line] = wrap(context, parameters, width - 2 * margin, 1);
		context.fillText(line, margin, baseline);
		baseline -= size * 1.35;
	}
	context.font = `${size}px Caption`;
	context.fillStyle = 'rgba(255, 255, 255, 0.96)';
	for (const line of lines.reverse()) {
		context.fillText(line, margin, baseline);
		baseline -= size * 1.35;
	}
	drawLabel(context, label, size, margin);
}

function drawLabel(context: SKRSContext2D, label: string, size: number, margin: number): void {
	context.font = `${size}px Label`;
	const chipHeight = size * 1.7;
	const chipWidth = Math.max(context.measureText(label).width + size * 1.1, chipHeight);
	context.fillStyle = 'rgba(8, 10, 20, 0.5)';
	context.beginPath();
	context.roundRect(margin, margin, chipWidth, chipHeight, chipHeight / 2);
	context.fill();
	context.fillStyle = 'white';
	context.textAlign = 'center';
	context.fillText(label, margin + chipWidth / 2, margin + chipHeight * 0.71);
}

/** Splits a prompt into its text and its parameters, such as `--ar 3:2`. */
function splitParameters(prompt: string): [text: string, parameters: string] {
	const start = prompt.search(/(^|\s)--\w/);
	return start < 0 ? [prompt, ''] : [prompt.slice(0, start), prompt.slice(start).trim()];
}

/** Breaks a text into at most `maxLines` lines. A text that is cut ends with an ellipsis. */
function wrap(context: SKRSContext2D, text: string, width: number, maxLines: number): string[] {
	const fits = (line: string) => context.measureText(line).width <= width;
	const lines: string[] = [''];
	for (const word of text.split(/\s+/).filter(Boolean)) {
		const longer = `${lines.at(-1)} ${word}`.trim();
		if (fits(longer) || lines.at(-1) === '') lines[lines.length - 1] = longer;
		else lines.push(word);
		if (lines.length > maxLines) break;
	}
	const shown = lines.slice(0, maxLines);
	const isCut = lines.length > maxLines || !fits(shown[shown.length - 1]);
	if (isCut) shown[shown.length - 1] = shorten(shown[shown.length - 1], fits);
	return shown;
}

function shorten(line: string, fits: (line: string) => boolean): string {
	const characters = [...line];
	while (characters.length > 0 && !fits(`${characters.join('')}…`)) characters.pop();
	return `${characters.join('').trimEnd()}…`;
}
