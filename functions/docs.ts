import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireDocs } from '../lib/wire-docs.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireDocs(process.env));
