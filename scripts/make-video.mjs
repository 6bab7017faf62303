/**
 * `node scripts/make-video.mjs`: makes simulator/pictures/clip.mp4, the video that the simulator
 * serves. The video is committed, so run this only to change it. Installs ffmpeg if it is missing.
 */
import { execa } from 'execa';
import { findProgram, installPackages } from './lib/debian.mjs';
import { runScript } from './lib/processes.mjs';

const file = 'simulator/pictures/clip.mp4';
/** As long as Midjourney's videos. */
const seconds = 5;
/** A slowly turning gradient, which makes a tiny file. */
const picture = `gradients=size=96x96:rate=24:seed=1:nb_colors=2:c0=0x24476b:c1=0xf2b880:speed=0.02:duration=${seconds}`;

await runScript(async () => {
	if (!findProgram(['ffmpeg'])) {
		await installPackages(['ffmpeg'], 'Install ffmpeg so that it is in PATH.');
	}
	await execa('ffmpeg', [
		...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', picture],
		...['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '40', '-pix_fmt', 'yuv420p'],
		// Makes the same bytes each time, and lets players start before they have the whole file.
		...['-threads', '1', '-bitexact', '-movflags', '+faststart', file],
	]);
	console.log(file);
});
