import { httpRoutesHandler } from '../lib/lambda/http-routes.ts';
import { wireDlqJobCancel } from '../lib/wire-dlq-job-cancel.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpRoutesHandler(wireDlqJobCancel(process.env));
