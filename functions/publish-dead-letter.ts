import { batchHandler } from '../lib/lambda/batch-handler.ts';
import { wireDeadLetterPublishing } from '../lib/wire-dead-letters.ts';

export const handler = batchHandler(wireDeadLetterPublishing(process.env));
