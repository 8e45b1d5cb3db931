import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireDlqMessage } from '../lib/wire-dlq-message.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireDlqMessage(process.env));
