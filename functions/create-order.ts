import { httpHandler } from '../lib/lambda/http-handler.ts';
import { wireCreateOrder } from '../lib/wire-create-order.ts';

// Once per execution environment: a bad setting fails the deployment, never a request.
export const handler = httpHandler(wireCreateOrder(process.env));
