import { noFields } from './codec/api-schema.ts';
import { deadLetterPath, getAnswer, listAnswer } from './codec/dead-letter-answer.ts';
import type { ApiRoute } from './lambda/openapi.ts';
import { listRequest } from './wire-dlq-requests.ts';

const TAG = 'Dead letters';

/** As the list shows it. */
const listed = {
  id: '9f3c1f0a5e1d4b7c8a2e6d0f1b3c5a79',
  reason: 'retries-exhausted',
  state: 'open',
  orderId: 'ORDER-TEST-FAIL-1',
  arrivedAt: '2026-01-31T10:00:07.412Z',
  changedAt: '2026-01-31T10:00:07.412Z',
  group: '6b1f0c9d2e3a4857',
  redriveCount: 0,
  redrive: null,
  originalMessageEncoding: 'utf-8',
  originalMessage: '{"eventType":"ORDER_CREATED","orderId":"ORDER-TEST-FAIL-1"}',
  errorMessage: 'Simulated processing failure',
  errorType: 'ValueError',
  retryCount: 3,
  failedAttempts: 4,
  firstFailureTimestamp: '2026-01-31T10:00:00.103Z',
  lastFailureTimestamp: '2026-01-31T10:00:07.301Z',
  originalTopic: 'order-events',
  originalPartition: 1,
  originalOffset: 17,
  consumerGroup: 'order-service-group',
};

const LIST: ApiRoute = {
  method: 'GET',
  path: '/api/dlq/messages',
  operationId: 'listDlqMessages',
  tag: TAG,
  summary: 'List dead letters',
  description:
    'Those that are in the DLQ now, or those in the `state` that you name, newest first by when they got there. An `originalMessage` over 8 KiB is cut and marked. A page may be short and still have a next one.',
  request: listRequest,
  answer: {
    status: 200,
    description: 'A page of the list.',
    name: 'DlqMessagesAnswer',
    schema: listAnswer,
    example: {
      success: true,
      dlqTopic: 'order-events-dlq',
      messageCount: 1,
      messages: [listed],
      nextCursor: null,
    },
  },
  errors: ['REQUEST_INVALID', 'CURSOR_INVALID', 'STORE_UNAVAILABLE'],
};

const GET: ApiRoute = {
  method: 'GET',
  path: '/api/dlq/messages/{id}',
  operationId: 'getDlqMessage',
  tag: TAG,
  summary: 'Read one dead letter whole',
  description:
    'The whole envelope, with the exact bytes of key, value and headers in base64, and what happened to it so far: who, when, what and why. An answer over 5 MB leaves out `originalMessage`.',
  request: { path: deadLetterPath, query: noFields },
  answer: {
    status: 200,
    description: 'The dead letter.',
    name: 'DlqMessageAnswer',
    schema: getAnswer,
    example: {
      success: true,
      message: {
        ...listed,
        originalKey: 'T1JERVItVEVTVC1GQUlMLTE=',
        originalValue:
          'eyJldmVudFR5cGUiOiJPUkRFUl9DUkVBVEVEIiwib3JkZXJJZCI6Ik9SREVSLVRFU1QtRkFJTC0xIn0=',
        originalHeaders: [{ key: 'source', value: 'd2Vic2hvcA==' }],
        envelopeAt: { topic: 'order-events-dlq', partition: 3, offset: 8 },
        schemaVersion: 1,
        originalTimestamp: 1_769_853_600_000,
        valueSizeBytes: 59,
        valueSha256: '41a1a4a1a1ae7e5c6e2f0a4b1d0c9d8e7f60514233241506f7e8d9c0b1a29384',
        failedAt: { topic: 'order-events-retry-4s', partition: 1, offset: 2 },
        totalAttempts: 4,
        history: [
          {
            at: '2026-01-31T10:00:07.412Z',
            what: 'failed',
            by: 'order-service-dev-retry-orders',
            from: null,
            to: 'open',
            error: { type: 'ValueError', message: 'Simulated processing failure' },
          },
        ],
        errorStack: 'ValueError: Simulated processing failure\n    at simulateFailure',
        errorCauses: [],
        by: {
          functionName: 'order-service-dev-retry-orders',
          functionVersion: '$LATEST',
          requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        },
      },
    },
  },
  errors: [
    'REQUEST_INVALID',
    'DEAD_LETTER_NOT_FOUND',
    'STORE_UNAVAILABLE',
    'KAFKA_UNAVAILABLE',
    'REGISTRY_UNAVAILABLE',
  ],
};

/** What the API document says of the endpoints that show dead letters. */
export const DLQ_MESSAGE_ROUTES: readonly ApiRoute[] = [LIST, GET];
