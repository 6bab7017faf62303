/** The quota of the one account: frozen at a submit, then charged or given back. */
export class Account {
	frozen = 0;

	constructor(public balance: number) {}

	/** Sets the quota aside and says true, or says false when there is too little. */
	freeze(quota: number): boolean {
		if (quota > this.balance) return false;
		this.balance -= quota;
		this.frozen += quota;
		return true;
	}

	charge(quota: number): void {
		this.frozen -= quota;
	}

	giveBack(quota: number): void {
		this.frozen -= quota;
		this.balance += quota;
	}
}
