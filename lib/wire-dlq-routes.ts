import { noFields } from './codec/api-schema.ts';
import { dlqInfoAnswer } from './codec/dlq-info-answer.ts';
import { groupsAnswer } from './codec/group-answer.ts';
import { groupsQuery } from './codec/page-query.ts';
import { reindexAnswer, reindexBody } from './codec/reindex-answer.ts';
import type { ApiRoute } from './lambda/openapi.ts';
import { DLQ_JOB_ROUTES } from './wire-dlq-job-routes.ts';
import { DLQ_MESSAGE_ROUTES } from './wire-dlq-message-routes.ts';

const TAG = 'Dead letters';

const INFO: ApiRoute = {
  method: 'GET',
  path: '/api/dlq/info',
  operationId: 'getDlqInfo',
  tag: TAG,
  summary: 'Retry policy, and what waits',
  description:
    'Asked of the cluster each time: whether orders are being processed, how many records wait in retry topics, and which ones are due next.',
  request: { path: noFields, query: noFields },
  answer: {
    status: 200,
    description: 'The state of the retry topics now.',
    name: 'DlqInfoAnswer',
    schema: dlqInfoAnswer,
    example: {
      success: true,
      dlqConfig: {
        dlqTopic: 'order-events-dlq',
        maxRetries: 3,
        initialBackoffMs: 1000,
        maxBackoffMs: 30_000,
      },
      consumerStats: {
        isRunning: true,
        messagesInRetry: 1,
        retryTrackerDetails: [
          {
            orderId: 'ORDER-TEST-FAIL-1',
            attempt: 2,
            dueAt: '2026-01-31T10:00:01.103Z',
            errorType: 'ValueError',
            errorMessage: 'Simulated processing failure',
            originalTopic: 'order-events',
            originalPartition: 1,
            originalOffset: 17,
            topic: 'order-events-retry-1s',
            partition: 1,
            offset: 5,
          },
        ],
      },
    },
  },
  errors: ['REQUEST_INVALID', 'KAFKA_UNAVAILABLE'],
};

const GROUPS: ApiRoute = {
  method: 'GET',
  path: '/api/dlq/groups',
  operationId: 'listDlqGroups',
  tag: TAG,
  summary: 'Group dead letters by cause',
  description:
    'Failures with the same type, the same message (ids, numbers and quoted parts aside) and the same place in the code are one group. Newest activity first. Counts may lag by seconds.',
  request: { path: noFields, query: groupsQuery },
  answer: {
    status: 200,
    description: 'A page of the groups.',
    name: 'DlqGroupsAnswer',
    schema: groupsAnswer,
    example: {
      success: true,
      groups: [
        {
          group: '6b1f0c9d2e3a4857',
          title: 'ValueError: Simulated processing failure',
          errorType: 'ValueError',
          counts: { open: 12, redriving: 0, resolved: 3, discarded: 1, purging: 0, purged: 0 },
          firstSeenAt: '2026-01-31T10:00:07.412Z',
          lastSeenAt: '2026-01-31T11:20:00.031Z',
          example: '9f3c1f0a5e1d4b7c8a2e6d0f1b3c5a79',
        },
      ],
      nextCursor: null,
    },
  },
  errors: ['REQUEST_INVALID', 'CURSOR_INVALID', 'STORE_UNAVAILABLE'],
};

const REINDEX: ApiRoute = {
  method: 'POST',
  path: '/api/dlq/reindex',
  operationId: 'reindexDlq',
  tag: TAG,
  summary: 'Make the index anew from the topic',
  description:
    'Compares the index of dead letters with the last record of each key in the DLQ topic, mends what differs, and counts the groups anew; harmless while traffic flows. Each call does a few seconds of it: call again with the `cursor` of the answer until that is null.',
  request: { path: noFields, query: noFields, body: reindexBody },
  bodyExamples: {
    begin: { summary: 'Begin', value: {} },
    goOn: { summary: 'Go on', value: { cursor: 'the cursor of the answer before' } },
  },
  answer: {
    status: 200,
    description: 'A part of it is done.',
    name: 'DlqReindexAnswer',
    schema: reindexAnswer,
    example: {
      success: true,
      cursor: null,
      read: 1204,
      opened: 0,
      resolved: 1,
      erased: 0,
      renewed: 0,
      recounted: 3,
      unreadable: 0,
      left: 0,
    },
  },
  errors: [
    'REQUEST_INVALID',
    'BODY_NOT_JSON',
    'BODY_TOO_LARGE',
    'CURSOR_INVALID',
    'PUBLISH_NOT_ACKNOWLEDGED',
    'STORE_UNAVAILABLE',
    'KAFKA_UNAVAILABLE',
    'REGISTRY_UNAVAILABLE',
  ],
};

/** What the API document says of the endpoints about the DLQ. */
export const DLQ_ROUTES: readonly ApiRoute[] = [
  INFO,
  ...DLQ_MESSAGE_ROUTES,
  GROUPS,
  REINDEX,
  ...DLQ_JOB_ROUTES,
];
