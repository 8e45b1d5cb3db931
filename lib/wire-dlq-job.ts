import { noFields } from './codec/api-schema.ts';
import { toJobJson } from './codec/job-json.ts';
import { jobPath } from './codec/job-request.ts';
import { jobsQuery, type PageQuery } from './codec/page-query.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createJobStore } from './effect/dynamodb/job-store.ts';
import { getJob } from './flow/describe-job.ts';
import { pageOfJobs } from './flow/list-jobs.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredRoute } from './lambda/http-routes.ts';
import { JOB_KINDS, type JobKind } from './model/job.ts';
import { wireHttp } from './wire-http.ts';
import { type Environment } from './wire-environment.ts';

/** `GET /api/dlq/redrives`, `/redrives/{id}` and those of the other kinds, by route key. @throws AppError CONFIG_INVALID */
export function wireDlqJob(env: Environment): Readonly<Record<string, WiredRoute>> {
  const { config, clock, log } = wireHttp(env);
  const deps = { jobs: createJobStore({ table: config.jobsTable, load: dynamoDbLoader() }) };
  const list = (kind: JobKind): WiredRoute => ({
    schemas: { path: noFields, query: jobsQuery },
    clock,
    log,
    answer: async ({ query }: { readonly query: PageQuery }) =>
      jsonAnswer(200, { success: true, ...(await pageOfJobs(kind, query, deps)) }),
  });
  const one = (kind: JobKind): WiredRoute => ({
    schemas: { path: jobPath, query: noFields },
    clock,
    log,
    answer: async ({ path }: { readonly path: { readonly id: string } }) =>
      jsonAnswer(200, { success: true, job: toJobJson(await getJob(path.id, kind, deps)) }),
  });
  return Object.fromEntries(
    JOB_KINDS.flatMap((kind) => [
      [`GET /api/dlq/${kind}s`, list(kind)],
      [`GET /api/dlq/${kind}s/{id}`, one(kind)],
    ]),
  );
}
