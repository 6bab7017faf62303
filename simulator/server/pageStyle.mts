/** The page's CSS, for light and dark mode. */
export const style = `
:root {
	color-scheme: light dark;
	--ground: light-dark(#f5f5f7, #131318);
	--card: light-dark(#ffffff, #1d1d24);
	--line: light-dark(#e3e3e8, #2c2c36);
	--text: light-dark(#1c1c22, #ececf1);
	--quiet: light-dark(#73737d, #92929e);
	--waiting: #8a8a99;
	--running: #3b82f6;
	--success: #15935a;
	--failed: #d64545;
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
header {
	display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; padding: 18px 28px;
	background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 18px; font-weight: 650; }
header code { color: var(--quiet); }
dl { display: flex; flex-wrap: wrap; gap: 4px 26px; margin-left: auto; text-align: right; }
dt { color: var(--quiet); font-size: 12px; }
dd { font-weight: 600; font-variant-numeric: tabular-nums; }
main {
	display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 20px;
	max-width: 1500px; margin: 0 auto; padding: 28px;
}
article {
	display: flex; flex-direction: column; overflow: hidden;
	background: var(--card); border: 1px solid var(--line); border-radius: 12px;
}
figure {
	position: relative; display: grid; place-items: center; aspect-ratio: 1; overflow: hidden;
	background: var(--line); color: var(--quiet);
}
figure a { display: contents; }
figure img, figure video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
figure i { position: absolute; left: 0; bottom: 0; height: 4px; background: var(--running); }
figure p { padding: 24px; white-space: pre-line; }
.failed figure { color: var(--failed); }
.text { display: flex; flex-direction: column; gap: 6px; padding: 12px 16px 14px; flex: 1; }
.state { display: flex; justify-content: space-between; font-size: 12px; letter-spacing: 0.03em; }
.state span { color: var(--quiet); letter-spacing: 0; font-variant-numeric: tabular-nums; }
.waiting b { color: var(--waiting); }
.running b { color: var(--running); }
.success b { color: var(--success); }
.failed b { color: var(--failed); }
.prompt {
	display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden;
	font-weight: 600; overflow-wrap: anywhere;
}
.message { color: var(--failed); }
.facts { margin-top: auto; padding-top: 4px; color: var(--quiet); font-size: 12.5px; }
.id { color: var(--quiet); font: 11px ui-monospace, monospace; overflow-wrap: anywhere; }
.empty { grid-column: 1 / -1; padding: 80px 0; text-align: center; color: var(--quiet); }
`;
