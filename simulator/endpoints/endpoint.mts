import type { JobPlan } from '../jobs/job.mts';
import type { Body } from '../requests/fields.mts';
import type { Ttapi } from '../ttapi.mts';

/** One call of the API. */
export interface Endpoint {
	/** Its name in faults and the request log. */
	name: string;
	path: string;
	methods: ('GET' | 'POST')[];
	/** Whether it starts a job and answers with a receipt. */
	makesJobs?: boolean;
	/** Whether it answers with the state of a job. */
	findsJobs?: boolean;
	/** `data` if the call is refused. Default null. */
	refusedData?: unknown;
	/**
	 * Returns the answer's body. `fields` is the JSON body of a POST and the query of a GET.
	 *
	 * @throws Refusal
	 */
	answer(fields: Body, ttapi: Ttapi, method: string): object | Promise<object>;
}

interface SubmitEndpoint {
	name: string;
	path: string;
	refusedData?: unknown;
	/** Makes a job from the body, or throws a Refusal. */
	plan(body: Body, ttapi: Ttapi): JobPlan | Promise<JobPlan>;
}

/** An endpoint that starts a job and answers with a receipt. */
export function submitEndpoint({ plan, ...endpoint }: SubmitEndpoint): Endpoint {
	return {
		...endpoint,
		methods: ['POST'],
		makesJobs: true,
		async answer(body, ttapi) {
			const { jobId } = await ttapi.submit(endpoint.name, await plan(body, ttapi));
			const { receiptId, receiptMessage } = ttapi.settings.spelling;
			const receipt = { status: 'SUCCESS', message: receiptMessage };
			if (receiptId === 'top') return { ...receipt, jobId, data: null };
			return { ...receipt, data: { [receiptId]: jobId } };
		},
	};
}
