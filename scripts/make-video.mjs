/**
 * `node scripts/make-video.mjs`: draws the video that the simulator serves, simulator/pictures/clip.mp4. It is committed,
 * so this is run only to have another one. Needs ffmpeg, which it installs from Debian's packages unless the machine has it.
 */
import { execa } from 'execa';
import { findProgram, installPackages } from './lib/debian.mjs';
import { runScript } from './lib/processes.mjs';

const file = 'simulator/pictures/clip.mp4';
/** Seconds: as long as a clip of Midjourney. */
const seconds = 5;
/** Two colours that turn slowly: next to nothing for the encoder to keep. */
const picture = `gradients=size=96x96:rate=24:seed=1:nb_colors=2:c0=0x24476b:c1=0xf2b880:speed=0.02:duration=${seconds}`;

await runScript(async () => {
	if (!findProgram(['ffmpeg'])) {
		await installPackages(['ffmpeg'], 'Install ffmpeg so that it is in PATH.');
	}
	await execa('ffmpeg', [
		...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', picture],
		...['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '40', '-pix_fmt', 'yuv420p'],
		// The same bytes each time, and what is needed to begin before the frames.
		...['-threads', '1', '-bitexact', '-movflags', '+faststart', file],
	]);
	console.log(file);
});
