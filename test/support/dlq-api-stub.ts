import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureFault } from './sigv4.ts';

type Json = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: unknown];

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly isSigned: boolean;
}

export interface StubOptions {
  readonly messages?: readonly Json[];
  readonly groups?: readonly Json[];
  /** Secrets by access key id: unsigned or wrongly signed requests are answered as API Gateway does. */
  readonly iam?: Readonly<Record<string, string>>;
  /** Answers in the stub's place; undefined: the stub answers. 'hang up' closes the connection. */
  readonly instead?: (asked: Asked, nth: number) => Answer | 'hang up' | undefined;
  /** Of a redrive: how many fail again. */
  readonly failing?: number;
  /** Dead letters that a job gets done between two looks. */
  readonly perLook?: number;
  /** Of what a job that is called off has sent, so many have not ended; with each look one more has. */
  readonly pending?: number;
  /** Slices that a reindex takes. */
  readonly slices?: number;
}

export interface DlqApiStub {
  readonly url: string;
  readonly asked: Asked[];
  readonly jobs: Map<string, Record<string, unknown>>;
  close(): Promise<void>;
}

const KINDS = { redrives: 'redrive', discards: 'discard', restores: 'restore', purges: 'purge' };
const NO_COUNTS = { sent: 0, resolved: 0, failedAgain: 0, stale: 0, pending: 0 };
const START_MS = Date.UTC(2026, 0, 31, 10);

/** The API that order-dlq speaks to, on a real port, with as much behind it as its tests need. */
export async function startDlqApiStub(options: StubOptions = {}): Promise<DlqApiStub> {
  const { iam, instead } = options;
  const asked: Asked[] = [];
  const jobs: DlqApiStub['jobs'] = new Map();
  const server = createServer((request, response) => {
    void (async () => {
      const { one, fault } = await askedOf(request, iam);
      asked.push(one);
      const answer =
        instead?.(one, asked.length) ??
        (iam && fault ? refusal(fault) : answerTo(one, jobs, options));
      if (answer === 'hang up') return request.socket.destroy();
      const [status, body] = answer;
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' });
      response.end(isText ? body : JSON.stringify(body));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    jobs,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function askedOf(request: IncomingMessage, iam: StubOptions['iam']) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { method = '', url: target = '', headers } = request;
  const { pathname, searchParams } = new URL(target, 'http://stub');
  const fault = iam && signatureFault({ method, target, headers, body }, (keyId) => iam[keyId]);
  const one: Asked = {
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    body: body === '' ? {} : (JSON.parse(body) as Json),
    isSigned: headers.authorization !== undefined,
  };
  return { one, fault };
}

const refusal = (fault: string): Answer => [
  403,
  { message: fault === 'no signature' ? 'Forbidden' : fault },
];

function answerTo(asked: Asked, jobs: DlqApiStub['jobs'], options: StubOptions): Answer {
  const { messages = [], groups = [], slices = 1 } = options;
  const { method, path, query, body } = asked;
  const [, list = '', id = '', act = ''] =
    /^\/api\/dlq\/([a-z]+)(?:\/([^/]+))?(?:\/(cancel))?$/.exec(path) ?? [];
  if (list === 'info') return [200, INFO];
  if (list === 'groups') return [200, page('groups', groups, query)];
  if (list === 'messages' && id === '') {
    const found = messages.filter((one) => isLike(one, query));
    return [200, page('messages', found, query)];
  }
  if (list === 'messages') {
    const message = messages.find((one) => one['id'] === id);
    return message === undefined
      ? [404, error('DEAD_LETTER_NOT_FOUND')]
      : [200, { success: true, message }];
  }
  if (list === 'reindex') {
    const done = Number(body['cursor'] ?? 0) + 1;
    const cursor = done < slices ? String(done) : null;
    return [
      200,
      {
        success: true,
        cursor,
        read: 10,
        opened: 1,
        resolved: 0,
        erased: 0,
        renewed: 0,
        recounted: 2,
        unreadable: 1,
        left: 0,
      },
    ];
  }
  if (!(list in KINDS)) return [404, error('ROUTE_NOT_FOUND')];
  const kind = KINDS[list as keyof typeof KINDS];
  const mine = [...jobs.values()].filter(
    (job) => job['kind'] === kind && job['state'] !== 'planned',
  );
  if (method === 'GET' && id === '') {
    return [200, page('jobs', mine.toReversed(), query)];
  }
  if (method === 'POST' && id === '')
    return body['dryRun'] === false ? start(body, kind, jobs) : plan(body, kind, jobs, messages);
  const job = jobs.get(id);
  if (job === undefined || job['kind'] !== kind) return [404, error('JOB_NOT_FOUND')];
  if (act === 'cancel') {
    if (hasEnded(job)) return [409, error('JOB_NOT_CANCELLABLE')];
    Object.assign(job, { state: 'cancelling', cancelledBy: 'local' });
    return [202, { success: true, job }];
  }
  advance(job, options);
  return [200, { success: true, job }];
}

function plan(
  body: Json,
  kind: string,
  jobs: DlqApiStub['jobs'],
  messages: readonly Json[],
): Answer {
  const {
    ids,
    group,
    filter,
    ratePerSecond = 50,
    canary = 1,
    stopAtFailureRatio = 0.2,
    limit = 10_000,
    force = false,
  } = body;
  const from = kind === 'restore' || kind === 'purge' ? 'discarded' : 'open';
  const wanted = messages.filter((one) =>
    Array.isArray(ids)
      ? ids.includes(one['id'])
      : isLike(one, (filter ?? { group }) as Record<string, string>),
  );
  const planned = wanted.filter(({ state }) => state === from).slice(0, Number(limit));
  const notFound = Array.isArray(ids) ? ids.length - wanted.length : 0;
  const wrong = wanted.filter(({ state }) => state !== from).length;
  const planId = `job-${jobs.size + 1}`;
  const skipped = {
    ...(wrong > 0 ? { 'wrong-state': wrong } : {}),
    ...(notFound > 0 ? { 'not-found': notFound } : {}),
  };
  const groups = [...new Set(planned.map((one) => one['group']))].map((one) => ({
    group: one,
    title: `Title of ${String(one)}`,
    count: planned.filter((message) => message['group'] === one).length,
  }));
  const settings = { ratePerSecond, canary, stopAtFailureRatio, limit, force };
  const createdAt = new Date(START_MS + jobs.size * 1_000).toISOString();
  const common = { kind, planned: planned.length, groups, skipped, settings };
  jobs.set(planId, {
    id: planId,
    state: 'planned',
    by: 'local',
    reason: null,
    selection: body,
    ...common,
    ...NO_COUNTS,
    ratePerSecond: null,
    secondsLeft: null,
    createdAt,
    startedAt: null,
    endedAt: null,
    cancelledBy: null,
  });
  return [
    200,
    {
      success: true,
      planId,
      ...common,
      estimatedSeconds: planned.length / Number(ratePerSecond),
      expiresAt: createdAt,
    },
  ];
}

function start({ planId, reason, ...rest }: Json, kind: string, jobs: DlqApiStub['jobs']): Answer {
  const job = jobs.get(String(planId));
  if (job === undefined || job['kind'] !== kind) return [404, error('JOB_NOT_FOUND')];
  if (typeof reason !== 'string' || Object.keys(rest).length !== 1)
    return [400, error('REQUEST_INVALID')];
  if (job['state'] === 'planned')
    Object.assign(job, { state: 'running', reason, startedAt: job['createdAt'] });
  const { id, state, planned, skipped } = job;
  return [202, { success: true, id, kind, state, planned, skipped }];
}

/** A look at a job: it got on a little. */
function advance(
  job: Record<string, unknown>,
  { failing = 0, perLook = 1_000, pending = 0 }: StubOptions,
): void {
  const left = Number(job['pending']);
  if (job['state'] === 'cancelled' && left > 0)
    Object.assign(job, { pending: left - 1, resolved: Number(job['resolved']) + 1 });
  if (job['state'] === 'cancelling') {
    const sent = Math.max(pending, Number(job['sent']));
    Object.assign(job, { state: 'cancelled', endedAt: job['createdAt'], sent, pending });
  }
  if (job['state'] !== 'running') return;
  const planned = Number(job['planned']);
  const sent = Math.min(planned, Number(job['sent']) + perLook);
  const failedAgain = Math.min(failing, sent);
  const isOver = sent === planned;
  Object.assign(job, {
    sent,
    failedAgain,
    resolved: sent - failedAgain,
    ratePerSecond: 49.97,
    secondsLeft: isOver ? 0 : 3,
  });
  if (failedAgain > 0) Object.assign(job, { state: 'stopped', endedAt: job['createdAt'] });
  else if (isOver) Object.assign(job, { state: 'done', endedAt: job['createdAt'] });
}

const hasEnded = (job: Json) => ['done', 'stopped', 'cancelled'].includes(String(job['state']));

function isLike(message: Json, conditions: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(conditions)
    .filter(
      ([name, value]) =>
        !['limit', 'cursor', 'from', 'to', 'originalOffsetFrom', 'originalOffsetTo'].includes(
          name,
        ) && value !== undefined,
    )
    .every(([name, value]) => String(message[name]) === String(value));
}

function page(
  name: string,
  all: readonly unknown[],
  { limit = '20', cursor = '0' }: Readonly<Record<string, string>>,
) {
  const from = Number(cursor);
  const to = from + Number(limit);
  return {
    success: true,
    [name]: all.slice(from, to),
    nextCursor: to < all.length ? String(to) : null,
  };
}

const error = (code: string) => ({
  success: false,
  code,
  message: `It is ${code}`,
  requestId: 'request-1',
});

const INFO = {
  success: true,
  dlqConfig: {
    dlqTopic: 'order-events-dlq',
    maxRetries: 3,
    initialBackoffMs: 1000,
    maxBackoffMs: 30000,
  },
  consumerStats: {
    isRunning: true,
    messagesInRetry: 1,
    retryTrackerDetails: [
      {
        orderId: 'ORDER-1',
        attempt: 2,
        dueAt: '2026-01-31T10:00:00.000Z',
        errorType: 'ValueError',
        errorMessage: 'no',
        originalTopic: 'order-events',
        originalPartition: 1,
        originalOffset: 2,
        topic: 'order-events-retry-1s',
        partition: 1,
        offset: 0,
      },
    ],
  },
};

/** A dead letter as the API lists one. @param number makes id and offset */
export function listedMessage(number: number, over: Json = {}): Json {
  return {
    id: number.toString(16).padStart(32, '0'),
    state: 'open',
    reason: 'retries-exhausted',
    orderId: `ORDER-${number}`,
    group: 'aaaa000011112222',
    arrivedAt: '2026-01-31T10:00:00.000Z',
    redriveCount: 0,
    errorType: 'ValueError',
    errorMessage: 'Simulated processing failure',
    retryCount: 3,
    failedAttempts: 4,
    firstFailureTimestamp: '2026-01-31T09:59:50.000Z',
    lastFailureTimestamp: '2026-01-31T10:00:00.000Z',
    originalTopic: 'order-events',
    originalPartition: 1,
    originalOffset: number,
    originalMessage: '{}',
    originalMessageEncoding: 'utf-8',
    consumerGroup: 'order-service-group',
    redrive: null,
    changedAt: '2026-01-31T10:00:00.000Z',
    ...over,
  };
}
