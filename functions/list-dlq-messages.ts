import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireDlqMessages } from '../lib/wire-dlq-messages.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireDlqMessages(process.env));
