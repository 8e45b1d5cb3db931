import { httpRoutesHandler } from '../lib/lambda/http-routes.ts';
import { wireDlqJob } from '../lib/wire-dlq-job.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpRoutesHandler(wireDlqJob(process.env));
