import { httpRoutesHandler } from '../lib/lambda/http-routes.ts';
import { wireDlqJobStart } from '../lib/wire-dlq-job-start.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpRoutesHandler(wireDlqJobStart(process.env));
