/** Uses n8n's editor like a person. Each method waits until the editor shows its effect. */

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
	 * Finds a node in the node panel and adds it after the last one. Its view opens.
	 *
	 * @param {string} name of the node, as the panel shows it
	 * @param {string} action one of the actions that the panel lists for the node
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

	/** Opens a node's view. @param {string} name */
	async openNode(name) {
		await this.node(name).dblclick();
		await this.#nodeView.waitFor();
	}

	async closeNode() {
		await this.page.keyboard.press('Escape');
		await this.#nodeView.waitFor({ state: 'hidden' });
	}

	/** @param {string} name internal name @returns {Locator} the parameter in the open node or credential */
	parameter(name) {
		return this.#part(`parameter-input-${name}`);
	}

	/** @param {string} parameter @param {string} text */
	async fillIn(parameter, text) {
		await this.parameter(parameter).locator('input, textarea').first().fill(text);
	}

	/** Picks from a dropdown. @param {string} parameter @param {string} option its label */
	async choose(parameter, option) {
		// The option's accessible name includes its description.
		const label = this.page.getByText(option, { exact: true });
		const item = this.page.getByRole('option').filter({ has: label, visible: true });
		for (let tries = 1; ; tries++) {
			await this.parameter(parameter).click();
			const isShown = await item.waitFor({ timeout: 3_000 }).then(
				() => true,
				() => false,
			);
			// While n8n loads the list, it ignores clicks.
			if (isShown || tries === 5) return await item.click();
		}
	}

	/**
	 * Opens the list of a resource locator.
	 *
	 * @param {string} parameter
	 * @returns {Promise<Locator>} its items, once they are loaded
	 */
	async openList(parameter) {
		const field = this.#part(`resource-locator-${parameter}`);
		// n8n offers the list only for a fixed value.
		await field.hover();
		await this.#part(`${parameter}-parameter-input-options-container`)
			.getByTestId('radio-button-fixed')
			.click();
		await field.getByTestId('rlc-mode-selector').click();
		await this.page.getByRole('option', { name: 'From list', exact: true }).click();
		await this.#searchField.or(field.getByTestId('rlc-input')).first().waitFor();
		// Choosing the mode may already open the list, and a click would close it.
		if (!(await this.#searchField.isVisible())) await field.getByTestId('rlc-input').click();
		await this.#searchField.waitFor();
		return this.#listItems;
	}

	/** Types into the open list's search field, and waits for n8n's answer. @param {string} text */
	async searchList(text) {
		const answer = this.page.waitForResponse(/\/resource-locator-results$/);
		await this.#searchField.fill(text);
		await answer;
	}

	/** @param {string} parameter a resource locator @returns {Promise<string>} the name of what was chosen from its list */
	async chosenFromList(parameter) {
		const input = this.#part(`resource-locator-${parameter}`).getByTestId('rlc-input');
		return await input.inputValue();
	}

	/** Starts a new credential in the open node. */
	async newCredential() {
		const button = this.#part('node-credentials-empty-state').getByRole('button');
		const dropdown = this.#part('node-credentials-select');
		await button.or(dropdown).click();
		const newItem = this.#part('node-credentials-select-item-new');
		await this.#credential.or(newItem).first().waitFor();
		if (await newItem.isVisible()) await newItem.click();
		await this.#credential.waitFor();
	}

	/** Saves the open credential, which tests it. @returns {Promise<string>} the test's message */
	async saveCredential() {
		// The editor needs a moment to pick up what was typed.
		await this.page.waitForTimeout(1_000);
		const answer = this.page.waitForResponse(/\/credentials\/test$/);
		await this.#part('credential-save-button').click();
		const { data } = await (await answer).json();
		if (data.status !== 'OK') return await this.#credentialSays(/^Couldn.t connect/);
		if (this.isVersion1) return await this.#credentialSays(/^Connection tested/);
		// n8n 2.x closes the dialog if the test passed, and shows the result when it is reopened.
		await this.#credential.waitFor({ state: 'hidden' });
		return await this.openCredential();
	}

	/** Opens the open node's credential, which tests it. @returns {Promise<string>} the test's message */
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

	/** Presses "Execute step" in the open node and waits until it has succeeded. */
	async executeStep() {
		await this.#part('node-execute-button').click();
		await this.#part('node-run-status-success').waitFor();
	}

	/** Presses "Execute step" in the open trigger, so that n8n listens on its test URL. */
	async listen() {
		await this.#part('node-execute-button').click();
		await this.#part('trigger-listening').waitFor();
	}

	/** Waits until the open node's output shows the text. @param {string} text */
	async seeInOutput(text) {
		await this.#part('output-panel').getByText(text).first().waitFor();
	}

	/** Expands the open trigger's URLs. @returns {Promise<string>} the test URL */
	async testUrl() {
		await this.page.getByText('Webhook URLs').click();
		return (await this.page.getByText('/webhook-test/').innerText()).trim();
	}

	/** Expands the open trigger's URLs. @returns {Promise<string>} the production URL */
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
	 * Shows the first item's image in the open node's output.
	 *
	 * @returns {Promise<{ width: number, height: number }>} the image's size in pixels
	 */
	async viewImage() {
		const output = this.#part('output-panel');
		await output.getByText('Binary', { exact: true }).click();
		await output.getByTestId('ndv-view-binary-data').first().click();
		const image = output.locator('img[src*="binary-data"]');
		// An image is only visible once it has loaded.
		await image.waitFor();
		return await image.evaluate(({ naturalWidth, naturalHeight }) => ({
			width: naturalWidth,
			height: naturalHeight,
		}));
	}

	/** Zooms so that the whole workflow is visible. */
	async fitView() {
		await this.#part('zoom-to-fit').click();
	}

	/**
	 * @param {string} file PNG
	 * @param {'page' | 'node' | 'credential'} [what] the whole page, or only the open node or credential
	 */
	async takeScreenshot(file, what = 'page') {
		// Notifications cover the page, and hovering makes buttons fade in.
		await this.page.locator('.el-notification').first().waitFor({ state: 'hidden' });
		await this.page.mouse.move(0, 0);
		await this.page.waitForTimeout(1_000);
		const shown = { page: this.page, node: this.#nodeView, credential: this.#credential }[what];
		await shown.screenshot({ path: file });
	}

	get #nodeView() {
		return this.#part('ndv');
	}

	get #searchField() {
		const search = this.#part('rlc-search');
		return search.locator('input').or(search.and(this.page.locator('input')));
	}

	get #listItems() {
		return this.#part('rlc-item').filter({ visible: true });
	}

	get #credential() {
		return this.#part('editCredential-modal');
	}

	/** @param {string} id n8n's test ID */
	#part(id) {
		return this.page.getByTestId(id);
	}
}
