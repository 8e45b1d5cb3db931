import { randomUUID } from 'node:crypto';
import { toPlanAnswer, toStartAnswer } from './codec/job-json.ts';
import { toJobRequest, type JobBody } from './codec/job-request.ts';
import { retentionMsOf } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from './effect/dynamodb/group-store.ts';
import { createJobStore } from './effect/dynamodb/job-store.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { planJob } from './flow/plan-job.ts';
import { startJob, type StartJobDeps } from './flow/start-job.ts';
import { jsonAnswer, type HttpAnswer } from './lambda/http-answer.ts';
import type { HttpCall } from './lambda/http-handler.ts';
import type { WiredRoute } from './lambda/http-routes.ts';
import { AppError } from './model/errors.ts';
import { JOB_KINDS, type JobKind } from './model/job.ts';
import { startRequests } from './wire-dlq-requests.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';

/** A plan reads all that its filter finds. API Gateway waits for 30 s, a cold start included. */
const ANSWER_MS = 25_000;

/** `POST /api/dlq/redrives`, `/discards`, `/restores`, `/purges`, by route key. @throws AppError CONFIG_INVALID */
export function wireDlqJobStart(env: Environment): Readonly<Record<string, WiredRoute>> {
  const { config, clock, log } = wireHttp(env);
  const load = dynamoDbLoader();
  const deps = {
    index: createDeadLetterIndex({ table: config.deadLettersTable, load }),
    groups: createGroupStore({ table: config.groupsTable, load }),
    jobs: createJobStore({ table: config.jobsTable, load }),
    publisher: createRecordPublisher({ connection: kafkaConnectionOf(config, SERVICE), clock }),
    jobsTopic: config.topics.jobs,
    clock,
    newId: randomUUID,
    redrivesMax: config.redrivesMax,
    retentionMs: retentionMsOf(config),
  };
  const route = (kind: JobKind): WiredRoute => ({
    schemas: startRequests[kind],
    answerMs: ANSWER_MS,
    clock,
    log,
    answer: ({ body }: { readonly body: JobBody }, call) =>
      planOrStart(kind, body, call, config.topics.order, { ...deps, log: call.log }),
  });
  return Object.fromEntries(JOB_KINDS.map((kind) => [`POST /api/dlq/${kind}s`, route(kind)]));
}

async function planOrStart(
  kind: JobKind,
  body: JobBody,
  { principal: by, deadlineMs }: HttpCall,
  orderTopic: string,
  deps: StartJobDeps,
): Promise<HttpAnswer> {
  const request = toJobRequest(body, orderTopic);
  if ('fault' in request) throw new AppError('REQUEST_INVALID', request.fault);
  if (request.what === 'plan') {
    const { selection, settings } = request;
    const plan = await planJob({ kind, selection, settings, by, deadlineMs }, deps);
    return jsonAnswer(200, toPlanAnswer(plan));
  }
  const { reason } = request;
  const why = { reason, by, deadlineMs };
  const job =
    request.what === 'start-plan'
      ? await startJob({ planId: request.planId, kind, ...why }, deps)
      : await startJob(
          { request: { kind, selection: request.selection, settings: request.settings }, ...why },
          deps,
        );
  return jsonAnswer(202, toStartAnswer(job));
}
