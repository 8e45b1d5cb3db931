import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireReindex } from '../lib/wire-reindex.ts';

/** `POST /api/dlq/reindex`. */
export const handler = httpHandler(wireReindex(process.env));
