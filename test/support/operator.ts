import { expect } from 'vitest';
import * as z from 'zod/mini';
import {
  getAnswer,
  listAnswer,
  type ListedMessage,
  type WholeMessage,
} from '../../lib/codec/dead-letter-answer.ts';
import {
  jobAnswer,
  planAnswer,
  startAnswer,
  type JobJson,
  type PlanAnswer,
  type StartAnswer,
} from '../../lib/codec/job-answer.ts';
import { createApi, type Api } from './api.ts';
import type { Service } from './service.ts';
import { until } from './until.ts';

/** What an operator does with dead letters, over HTTP; every answer is checked against the API document's schemas. */
export interface Operator {
  readonly api: Api;
  /**
   * Orders that fail until they were redriven once (or, as `FAIL`, for ever), as dead letters that the API lists. The
   * service must not retry, or it takes its time.
   */
  deadLetters(count: number, kind?: 'HEALS-1' | 'FAIL'): Promise<readonly ListedMessage[]>;
  /** @param query with its question mark */
  listed(query: string): Promise<readonly ListedMessage[]>;
  message(id: string): Promise<WholeMessage>;
  /** @param path `redrives`, `discards`, `restores`, `purges`, here and below */
  plan(path: string, body: object): Promise<PlanAnswer>;
  start(path: string, body: object, principal?: string): Promise<StartAnswer>;
  job(path: string, id: string): Promise<JobJson>;
  untilOver(path: string, id: string): Promise<JobJson>;
}

/** Of a service that an operator is to find dead letters in: no retries. */
export const OPERATED = { DLQ_MAX_RETRIES: '0' };

export function operatorOf(service: Service): Operator {
  const api = createApi(service.config);
  let made = 0;
  const operator: Operator = {
    api,
    async deadLetters(count, kind = 'HEALS-1') {
      const orders = Array.from({ length: count }, () =>
        service.order(`ORDER-TEST-${kind}-${(made += 1)}`),
      );
      await service.produce(...orders);
      return Promise.all(
        orders.map(({ id }) =>
          until(`${id} in the list`, async () => (await operator.listed(`?orderId=${id}`))[0]),
        ),
      );
    },
    async listed(query) {
      const answer = await api.list(query);
      expect(answer).toMatchObject({ status: 200 });
      return z.parse(listAnswer, answer.body).messages;
    },
    async message(id) {
      const answer = await api.message(id);
      expect(answer).toMatchObject({ status: 200 });
      return z.parse(getAnswer, answer.body).message;
    },
    async plan(path, body) {
      const answer = await api.post(path, body);
      expect(answer).toMatchObject({ status: 200 });
      return z.parse(planAnswer, answer.body);
    },
    async start(path, body, principal) {
      const answer = await api.post(path, { dryRun: false, ...body }, principal);
      expect(answer).toMatchObject({ status: 202 });
      return z.parse(startAnswer, answer.body);
    },
    async job(path, id) {
      const answer = await api.job(path, id);
      expect(answer).toMatchObject({ status: 200 });
      return z.parse(jobAnswer, answer.body).job;
    },
    untilOver(path, id) {
      const over = async () => {
        const found = await operator.job(path, id);
        return found.endedAt === null ? undefined : found;
      };
      return until(`${path} ${id} over`, over);
    },
  };
  return operator;
}

export function idsOf(messages: readonly { readonly id: string }[]): readonly string[] {
  return messages.map(({ id }) => id);
}
