import { batchHandler } from '../lib/lambda/batch-handler.ts';
import { wireDlqJobs } from '../lib/wire-dlq-jobs.ts';

// Once per execution environment: a bad setting fails the deployment, never a record.
export const handler = batchHandler(wireDlqJobs(process.env));
