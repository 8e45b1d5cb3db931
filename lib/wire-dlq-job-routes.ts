import { noFields } from './codec/api-schema.ts';
import { jobAnswer, jobsAnswer, planAnswer, startAnswer } from './codec/job-answer.ts';
import { jobPath } from './codec/job-request.ts';
import { jobsQuery } from './codec/page-query.ts';
import type { ApiRoute } from './lambda/openapi.ts';
import { JOB_KINDS, type JobKind } from './model/job.ts';
import { jobAnswerExamples, jobBodyExamples } from './wire-dlq-job-examples.ts';
import { startRequests } from './wire-dlq-requests.ts';

const TEXTS: Readonly<
  Record<JobKind, { verb: string; does: string; reason: string; tag: string }>
> = {
  redrive: {
    verb: 'Redrive',
    does: 'Each one’s original key, value and headers are published again, byte for byte, on a topic that this service alone reads, and processed with all its retries. Processed: it is resolved and off the DLQ. Failed for good: it is open again. A canary goes first; too many failures stop the redrive by itself.',
    reason: 'prices fixed in 1.4.2',
    tag: 'Redrives',
  },
  discard: {
    verb: 'Discard',
    does: 'Open ones leave the list and stay in the DLQ topic, until they are restored, or purged for good.',
    reason: 'test orders of the load test',
    tag: 'Discards, restores, purges',
  },
  restore: {
    verb: 'Restore',
    does: 'Discarded ones are open again.',
    reason: 'they were real orders',
    tag: 'Discards, restores, purges',
  },
  purge: {
    verb: 'Purge',
    does: 'Discarded ones lose their content for good: nothing brings it back.',
    reason: 'erasure asked for by the customer',
    tag: 'Discards, restores, purges',
  },
};

/** Tags of these endpoints, with what the document says of each. */
export const DLQ_JOB_TAGS = [
  {
    name: 'Redrives',
    description: 'Process dead letters again, and know how each one ended.',
  },
  {
    name: 'Discards, restores, purges',
    description: 'Set dead letters aside, take them back, or erase them.',
  },
] as const;

const READ_ERRORS = ['REQUEST_INVALID', 'STORE_UNAVAILABLE'] as const;
const SELECTION =
  'Select by exactly one of `ids`, `group`, `filter`, or give the `planId` of a plan. With `dryRun` (the default) the answer is a plan: the frozen list, exactly counted, and nothing changes. With `dryRun` false and a `reason` it starts; `planId` starts that very plan, and starting it twice is one job.';

function routesOf(kind: JobKind): readonly ApiRoute[] {
  const { verb, does, reason, tag } = TEXTS[kind];
  const path = `/api/dlq/${kind}s`;
  const examples = jobAnswerExamples(kind);
  const start: ApiRoute = {
    method: 'POST',
    path,
    operationId: `start${verb}`,
    tag,
    summary: `${verb} dead letters`,
    description: `${does} ${SELECTION}`,
    request: startRequests[kind],
    bodyExamples: jobBodyExamples(kind, reason),
    answer: {
      status: 200,
      description: 'A dry run: the plan.',
      name: 'DlqPlanAnswer',
      schema: planAnswer,
      example: examples.plan,
    },
    otherAnswers: [
      {
        status: 202,
        description: 'It is started, and goes on by itself.',
        name: 'DlqStartAnswer',
        schema: startAnswer,
        example: examples.start,
      },
    ],
    errors: [
      ...READ_ERRORS,
      'BODY_NOT_JSON',
      'BODY_TOO_LARGE',
      'SELECTION_TOO_LARGE',
      'JOB_NOT_FOUND',
      'PUBLISH_NOT_ACKNOWLEDGED',
    ],
  };
  const list: ApiRoute = {
    method: 'GET',
    path,
    operationId: `list${verb}s`,
    tag,
    summary: `List ${kind}s`,
    description:
      'Those that were started, the newest first; plans that nobody started are not in it.',
    request: { path: noFields, query: jobsQuery },
    answer: {
      status: 200,
      description: 'A page of the list.',
      name: 'DlqJobsAnswer',
      schema: jobsAnswer,
      example: examples.jobs,
    },
    errors: [...READ_ERRORS, 'CURSOR_INVALID'],
  };
  const one: ApiRoute = {
    method: 'GET',
    path: `${path}/{id}`,
    operationId: `get${verb}`,
    tag,
    summary: `See how far a ${kind} is`,
    description: 'Its progress, or its plan where it is not started yet.',
    request: { path: jobPath, query: noFields },
    answer: {
      status: 200,
      description: 'The job.',
      name: 'DlqJobAnswer',
      schema: jobAnswer,
      example: examples.job,
    },
    errors: [...READ_ERRORS, 'JOB_NOT_FOUND'],
  };
  const cancel: ApiRoute = {
    method: 'POST',
    path: `${path}/{id}/cancel`,
    operationId: `cancel${verb}`,
    tag,
    summary: `Call a ${kind} off`,
    description:
      'What is sent goes on to its end, nothing more is sent, and what was claimed for it is open again. Calling off twice is no mistake.',
    request: { path: jobPath, query: noFields },
    answer: {
      status: 202,
      description: 'It is being called off.',
      name: 'DlqJobAnswer',
      schema: jobAnswer,
      example: examples.cancelled,
    },
    errors: [...READ_ERRORS, 'JOB_NOT_FOUND', 'JOB_NOT_CANCELLABLE', 'PUBLISH_NOT_ACKNOWLEDGED'],
  };
  return [start, list, one, cancel];
}

/** What the API document says of redrives, discards, restores and purges. */
export const DLQ_JOB_ROUTES: readonly ApiRoute[] = JOB_KINDS.flatMap(routesOf);
