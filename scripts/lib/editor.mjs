/** A person at n8n's editor: each method is a thing that a person does, and waits until the editor shows its effect. */

/** @typedef {import('playwright-core').Locator} Locator */

export class Editor {
	/**
	 * @param {import('playwright-core').Page} page logged in
	 * @param {{ url: string, version: string }} n8n
	 */
	constructor(page, { url, version }) {
		this.page = page;
		this.url = url;
		this.isVersion1 = version.startsWith('1.');
	}

	async newWorkflow() {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.#part('canvas-add-button').waitFor();
	}

	/** @param {{ id: string }} workflow */
	async openWorkflow({ id }) {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.#part('canvas-node').first().waitFor();
	}

	/** Adds n8n's manual trigger as the first step. */
	async addManualTrigger() {
		await this.#part('canvas-add-button').click();
		await this.#inNodePanel('Trigger manually').click();
		await this.node('Execute workflow').waitFor();
	}

	/**
	 * Searches for a node in the node panel and adds it behind the last one, which opens its view.
	 *
	 * @param {string} name of the node, as the panel shows it
	 * @param {string} action one of those that the panel lists for the node
	 */
	async addNode(name, action) {
		const firstStep = this.#part('canvas-add-button');
		await firstStep.or(this.#part('node-creator-plus-button')).first().click();
		await this.#part('node-creator-search-bar').fill(name);
		await this.#inNodePanel(name).click();
		await this.#inNodePanel(action).click();
		await this.#nodeView.waitFor();
	}

	/** @param {string} text */
	#inNodePanel(text) {
		const exactly = this.page.getByText(text, { exact: true });
		return this.#part('item-iterator-item').filter({ has: exactly });
	}

	/** @param {string} name @returns {Locator} the node on the canvas */
	node(name) {
		return this.#part('canvas-node').filter({ hasText: name });
	}

	/** Opens the view of a node: its parameters between input and output. @param {string} name */
	async openNode(name) {
		await this.node(name).dblclick();
		await this.#nodeView.waitFor();
	}

	async closeNode() {
		await this.page.keyboard.press('Escape');
		await this.#nodeView.waitFor({ state: 'hidden' });
	}

	/** @param {string} name a parameter's internal name @returns {Locator} it, in the open node or credential */
	parameter(name) {
		return this.#part(`parameter-input-${name}`);
	}

	/** @param {string} parameter @param {string} text */
	async fillIn(parameter, text) {
		await this.parameter(parameter).locator('input, textarea').first().fill(text);
	}

	/** Picks from a dropdown. @param {string} parameter @param {string} option its label */
	async choose(parameter, option) {
		// The option's accessible name has its description, too.
		const label = this.page.getByText(option, { exact: true });
		const found = this.page.getByRole('option').filter({ has: label, visible: true });
		for (let tries = 1; ; tries++) {
			await this.parameter(parameter).click();
			const isShown = await found.waitFor({ timeout: 3_000 }).then(
				() => true,
				() => false,
			);
			// A list that n8n loads takes no click until it is there.
			if (isShown || tries === 5) return await found.click();
		}
	}

	/** In the open node: begins a new credential. */
	async newCredential() {
		const first = this.#part('node-credentials-empty-state').getByRole('button');
		const dropdown = this.#part('node-credentials-select');
		await first.or(dropdown).click();
		const another = this.#part('node-credentials-select-item-new');
		await this.#credential.or(another).first().waitFor();
		if (await another.isVisible()) await another.click();
		await this.#credential.waitFor();
	}

	/** Saves the open credential, which tests it. @returns {Promise<string>} what it says of the test */
	async saveCredential() {
		// The editor takes over what is typed after a moment.
		await this.page.waitForTimeout(1_000);
		const answer = this.page.waitForResponse(/\/credentials\/test$/);
		await this.#part('credential-save-button').click();
		const { data } = await (await answer).json();
		if (data.status !== 'OK') return await this.#credentialSays(/^Couldn.t connect/);
		if (this.isVersion1) return await this.#credentialSays(/^Connection tested/);
		// n8n 2.x closes the dialog after a passed test, and shows the result when it is opened again.
		await this.#credential.waitFor({ state: 'hidden' });
		return await this.openCredential();
	}

	/** Opens the open node's credential, which tests it. @returns {Promise<string>} what it says of the test */
	async openCredential() {
		await this.#part('credential-edit-button').click();
		return await this.#credentialSays(/^(Connection tested|Couldn.t connect)/);
	}

	/** @param {RegExp} text */
	async #credentialSays(text) {
		const result = this.#credential.getByText(text).filter({ visible: true });
		return (await result.innerText()).trim();
	}

	async closeCredential() {
		await this.#credential.getByRole('button', { name: /close/i }).click();
		await this.#credential.waitFor({ state: 'hidden' });
	}

	/** Presses "Execute step" in the open node and waits for its end. */
	async executeStep() {
		await this.#part('node-execute-button').click();
		await this.#part('node-run-status-success').waitFor();
	}

	/** Presses "Execute step" in the open trigger: n8n listens to its test URL from then on. */
	async listen() {
		await this.#part('node-execute-button').click();
		await this.#part('trigger-listening').waitFor();
	}

	/** Waits until the open node's output has it. @param {string} text */
	async seeInOutput(text) {
		await this.#part('output-panel').getByText(text).first().waitFor();
	}

	/** Unfolds the URLs of the open trigger. @returns {Promise<string>} the one to test with */
	async testUrl() {
		await this.page.getByText('Webhook URLs').click();
		return (await this.page.getByText('/webhook-test/').innerText()).trim();
	}

	/** The same for the one that is put into Callback URL. @returns {Promise<string>} */
	async productionUrl() {
		await this.page.getByText('Webhook URLs').click();
		await this.page.getByText('Production URL', { exact: true }).click();
		return (await this.page.getByText('/webhook/').innerText()).trim();
	}

	/** Presses "Execute workflow" and waits until the given node has run. @param {string} last */
	async executeWorkflow(last) {
		await this.#part('execute-workflow-button').click();
		await this.node(last).getByTestId('canvas-node-status-success').waitFor();
	}

	/**
	 * In the open node's output: shows the first item's file.
	 *
	 * @returns {Promise<{ width: number, height: number }>} pixels of the image that is to be seen
	 */
	async viewImage() {
		const output = this.#part('output-panel');
		await output.getByText('Binary', { exact: true }).click();
		await output.getByTestId('ndv-view-binary-data').first().click();
		const image = output.locator('img[src*="binary-data"]');
		// An image takes no room before it has been loaded, so it does not count as visible.
		await image.waitFor();
		return await image.evaluate(({ naturalWidth, naturalHeight }) => ({
			width: naturalWidth,
			height: naturalHeight,
		}));
	}

	/** Moves and zooms until the whole workflow is to be seen. */
	async fitView() {
		await this.#part('zoom-to-fit').click();
	}

	/**
	 * @param {string} file PNG
	 * @param {'page' | 'node' | 'credential'} [what] the open node's view or credential alone
	 */
	async takeScreenshot(file, what = 'page') {
		// Messages come and go in front of the page, and buttons fade in.
		await this.page.locator('.el-notification').first().waitFor({ state: 'hidden' });
		// Where the pointer rests, buttons show up.
		await this.page.mouse.move(0, 0);
		await this.page.waitForTimeout(1_000);
		const shown = { page: this.page, node: this.#nodeView, credential: this.#credential }[what];
		await shown.screenshot({ path: file });
	}

	get #nodeView() {
		return this.#part('ndv');
	}

	get #credential() {
		return this.#part('editCredential-modal');
	}

	/** @param {string} id n8n's own name of a part of its page */
	#part(id) {
		return this.page.getByTestId(id);
	}
}
