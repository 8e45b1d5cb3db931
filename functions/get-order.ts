import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireGetOrder } from '../lib/wire-get-order.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireGetOrder(process.env));
