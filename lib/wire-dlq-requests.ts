import { noFields } from './codec/api-schema.ts';
import { jobBody } from './codec/job-request.ts';
import { listQuerySchema } from './codec/list-query.ts';
import type { HttpSchemas } from './lambda/http-handler.ts';
import { JOB_KINDS, type JobKind } from './model/job.ts';
import { orderIdSchema } from './orders/order-api.ts';

/** What `GET /api/dlq/messages` takes. */
export const listRequest = { path: noFields, query: listQuerySchema(orderIdSchema) };

/** A valid body of each kind, shown where one cannot be read. */
const BODY_EXAMPLE = JSON.stringify({ group: '6b1f0c9d2e3a4857' });

const startRequest = (kind: JobKind) => ({
  path: noFields,
  query: noFields,
  body: jobBody(kind, orderIdSchema),
  bodyExample: BODY_EXAMPLE,
});

/** What `POST /api/dlq/redrives`, `/discards`, `/restores` and `/purges` take. */
export const startRequests = Object.fromEntries(
  JOB_KINDS.map((kind) => [kind, startRequest(kind)]),
) as Readonly<Record<JobKind, ReturnType<typeof startRequest> & HttpSchemas>>;
