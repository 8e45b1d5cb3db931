import { noFields } from './codec/api-schema.ts';
import { toJobJson } from './codec/job-json.ts';
import { jobPath } from './codec/job-request.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createJobStore } from './effect/dynamodb/job-store.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { cancelJob } from './flow/cancel-job.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredRoute } from './lambda/http-routes.ts';
import { JOB_KINDS, type JobKind } from './model/job.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';

/** `POST /api/dlq/redrives/{id}/cancel` and those of the other kinds, by route key. @throws AppError CONFIG_INVALID */
export function wireDlqJobCancel(env: Environment): Readonly<Record<string, WiredRoute>> {
  const { config, clock, log } = wireHttp(env);
  const deps = {
    jobs: createJobStore({ table: config.jobsTable, load: dynamoDbLoader() }),
    publisher: createRecordPublisher({ connection: kafkaConnectionOf(config, SERVICE), clock }),
    jobsTopic: config.topics.jobs,
    clock,
  };
  const route = (kind: JobKind): WiredRoute => ({
    schemas: { path: jobPath, query: noFields },
    clock,
    log,
    answer: async ({ path }: { readonly path: { readonly id: string } }, call) => {
      const { principal, deadlineMs } = call;
      const job = await cancelJob(path.id, kind, principal, deadlineMs, { ...deps, log: call.log });
      return jsonAnswer(202, { success: true, job: toJobJson(job) });
    },
  });
  return Object.fromEntries(
    JOB_KINDS.map((kind) => [`POST /api/dlq/${kind}s/{id}/cancel`, route(kind)]),
  );
}
