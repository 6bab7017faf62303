import { statusOf, elapsedShare, type Job, type JobStatus } from '../jobs/job.mts';
import type { Ttapi } from '../ttapi.mts';
import { style } from './pageStyle.mts';

/** Older jobs are left out. */
const maxJobs = 60;

const names: Record<JobStatus, string> = {
	PENDING_QUEUE: 'waiting',
	ON_QUEUE: 'running',
	SUCCESS: 'success',
	FAILED: 'failed',
};

/** The jobs as an HTML page that reloads every two seconds. */
export function page(ttapi: Ttapi): string {
	const jobs = ttapi.jobs.all();
	const cards = jobs
		.slice(-maxJobs)
		.reverse()
		.map((job) => card(job, ttapi));
	const { account, settings, url } = ttapi;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>TTAPI simulator</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
	<h1>TTAPI simulator</h1>
	<code>${escapeHtml(url)}</code>
	<dl>
		${fact('jobs', jobs.length)}
		${fact('slots taken', `${ttapi.jobs.unfinished()} of ${settings.slots}`)}
		${fact('most at once', ttapi.jobs.mostUnfinished)}
		${fact('balance', account.balance)}
		${fact('frozen', account.frozen)}
		${fact('faults', ttapi.faults.all().length)}
	</dl>
</header>
<main>
${cards.join('\n') || '<p class="empty">No jobs yet. Send one to <code>POST /midjourney/v1/imagine</code>.</p>'}
</main>
</body>
</html>`;
}

const fact = (name: string, value: string | number) =>
	`<div><dt>${name}</dt><dd>${escapeHtml(String(value))}</dd></div>`;

function card(job: Job, { settings }: Ttapi): string {
	const status = statusOf(job, settings.pendingShare);
	const seconds = ((job.endedAt ?? Date.now()) - job.submittedAt) / 1000;
	const paragraphs: [name: string, text: string][] = [
		['prompt', job.prompt],
		['message', job.end?.message ?? ''],
		['outcome', job.picture ? outcomeOf(job) : ''],
		['facts', factsOf(job).join(' · ')],
		['id', job.jobId],
	];
	return `<article class="${names[status]}">
	${illustration(job, status)}
	<div class="text">
		<p class="state"><b>${status}</b><span>${seconds.toFixed(1)} s</span></p>
		${paragraphs.map(([name, text]) => text && `<p class="${name}">${escapeHtml(text)}</p>`).join('')}
	</div>
</article>`;
}

function factsOf({ action, mode, fetches, quota }: Job): string[] {
	return [action, mode, `${fetches} ${fetches === 1 ? 'fetch' : 'fetches'}`, `quota ${quota}`];
}

/** The text result of a finished job: a seed, or the prompts of describe. */
function outcomeOf(job: Job): string {
	const isDone = job.end?.status === 'SUCCESS';
	const outcome = (isDone && job.outcome) || {};
	return Object.entries(outcome)
		.map(([name, text]) => (name === 'prompt' ? String(text) : `${name} ${text}`))
		.join('\n');
}

function illustration(job: Job, status: JobStatus): string {
	const address = `/_simulator/pictures/${encodeURIComponent(job.jobId)}`;
	if (status === 'ON_QUEUE') {
		const percent = Math.floor(elapsedShare(job) * 100);
		const preview = job.picture ? `<img src="${address}/preview.png" alt="">` : '';
		return `<figure>${preview}<i style="width: ${percent}%"></i></figure>`;
	}
	if (status === 'SUCCESS' && job.picture) {
		const image = `<img src="${address}.png" alt="" loading="lazy">`;
		return `<figure><a href="${address}.png">${image}</a></figure>`;
	}
	if (status === 'SUCCESS' && job.video) {
		const first = `/_simulator/videos/${encodeURIComponent(job.jobId)}/0.mp4`;
		return `<figure><video src="${first}" muted loop autoplay></video></figure>`;
	}
	const words = escapeHtml(outcomeOf(job)) || names[status];
	return `<figure><p>${words}</p></figure>`;
}

const entities: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character]);
