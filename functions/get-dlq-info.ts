import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireDlqInfo } from '../lib/wire-dlq-info.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireDlqInfo(process.env));
