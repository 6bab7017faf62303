/** The account's quota: frozen on submit, then charged or refunded. */
export class Account {
	frozen = 0;

	constructor(public balance: number) {}

	/** Freezes the quota. Returns false, and freezes nothing, if the balance is too low. */
	freeze(quota: number): boolean {
		if (quota > this.balance) return false;
		this.balance -= quota;
		this.frozen += quota;
		return true;
	}

	charge(quota: number): void {
		this.frozen -= quota;
	}

	refund(quota: number): void {
		this.frozen -= quota;
		this.balance += quota;
	}
}
