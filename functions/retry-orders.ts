import { batchHandler } from '../lib/lambda/batch-handler.ts';
import { wireBatchProcessing } from '../lib/wire.ts';

// Once per execution environment: a bad setting fails the deployment, never a record.
export const handler = batchHandler(wireBatchProcessing(process.env));
