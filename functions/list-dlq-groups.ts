import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireDlqGroups } from '../lib/wire-dlq-groups.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireDlqGroups(process.env));
