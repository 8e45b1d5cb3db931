import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { getAnswer, listAnswer } from '../../lib/codec/dead-letter-answer.ts';
import { getOrderAnswer } from '../../lib/orders/order-api.ts';
import { createApi, ownConfig, type Api } from '../support/api.ts';
import { header } from '../support/builders.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { startService, type Service } from '../support/service.ts';

describe('what became of a record', () => {
  let service: Service;
  let api: Api;
  beforeAll(async () => {
    service = await startService();
    api = createApi(service.config);
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('an order that was processed is read with its shipping cost', async () => {
    const order = service.order('ORDER-1', { totalAmount: 19.98 });
    await service.produce(order);
    await service.untilStored(order.id);

    const answer = await api.getOrder(order.id);

    expect(answer.status).toBe(200);
    expect(z.parse(getOrderAnswer, answer.body).order).toMatchObject({
      orderId: order.id,
      totalAmount: 19.98,
      shippingCost: 0.4,
    });
  });

  it('an order that was not is unknown', async () => {
    expect(await api.getOrder(`none-${service.name}`)).toMatchObject({
      status: 404,
      body: { success: false, code: 'ORDER_NOT_FOUND' },
    });
  });

  it('a dead letter is listed, and read with its exact bytes', async () => {
    const value = Buffer.from([0x00, 0xff, 0x7b, 0x0a]);
    const headers = [
      header('a', Buffer.from([0xff])),
      header('b', null),
      header('a', ''),
      header('__proto__', 'x'),
    ];
    const [place] = await service.produce({ key: Buffer.from([0xfe]), value, headers });
    const [dead] = await service.untilDeadLetters(1);

    // The table is shared: this list is that of all who use it.
    const listed = await api.list('?limit=100&reason=undecodable');
    const whole = await api.message(dead?.item.id ?? '');

    expect(listed.status).toBe(200);
    const list = z.parse(listAnswer, listed.body);
    expect(list).toMatchObject({
      dlqTopic: service.config.topics.dlq,
      messageCount: list.messages.length,
    });
    const message = list.messages.find(({ id }) => id === dead?.item.id);
    expect(message).toMatchObject({
      reason: 'undecodable',
      state: 'open',
      originalMessage: value.toString('base64'),
      originalMessageEncoding: 'base64',
      retryCount: 0,
      failedAttempts: 1,
      originalTopic: service.config.topics.order,
      originalPartition: place?.partition,
      originalOffset: place?.offset,
      consumerGroup: service.config.consumerGroup,
    });
    expect(z.parse(getAnswer, whole.body).message).toMatchObject({
      ...message,
      originalKey: Buffer.from([0xfe]).toString('base64'),
      originalValue: value.toString('base64'),
      originalHeaders: [
        { key: 'a', value: '/w==' },
        { key: 'b', value: null },
        { key: 'a', value: '' },
        { key: '__proto__', value: 'eA==' },
      ],
    });
  });

  it('an id that nobody has is a 404, and one that is none a 400', async () => {
    expect(await api.message(idOf(randomUUID()))).toMatchObject({
      status: 404,
      body: { code: 'DEAD_LETTER_NOT_FOUND' },
    });
    expect(await api.message('../orders')).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
  });

  it('a cursor of nobody is a 400', async () => {
    expect(await api.list('?cursor=abc')).toMatchObject({
      status: 400,
      body: { code: 'CURSOR_INVALID' },
    });
  });
});

it('a store that does not answer is a 503 within 10 s', async () => {
  const config = ownConfig(inject('kafkaBrokers'));
  const api = createApi(config, 'http://127.0.0.1:9'); // Nobody listens on the discard port.
  const startMs = performance.now();

  const answers = await Promise.all([api.getOrder('ORDER-1'), api.list(), api.message(idOf(1))]);

  expect(performance.now() - startMs).toBeLessThan(10_000);
  for (const answer of answers) {
    expect(answer).toMatchObject({
      status: 503,
      body: { success: false, code: 'STORE_UNAVAILABLE' },
    });
  }
});
