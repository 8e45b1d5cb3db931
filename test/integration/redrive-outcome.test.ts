import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIntakeEvent } from '../../lib/codec/intake-event.ts';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import type { IntakeEvent } from '../../lib/model/dead-letter.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

/** An order as a redrive brings it back: its bytes, and our state behind its headers. */
function redriven(service: Service, idPrefix: string, offset: number) {
  const order = service.order(idPrefix);
  const { order: topic } = service.config.topics;
  const origin = { topic, partition: 1, offset, timestampMs: 1_767_225_600_000 };
  const redrive = { id: `redrive-of-${idPrefix}`, count: 1 };
  const headers = writeRetryState(order.headers, { attempt: 1, origin, redrive });
  return { ...order, headers, origin, redrive, deadLetterId: deadLetterId(origin) };
}

async function eventsOf(service: Service, id?: string): Promise<readonly IntakeEvent[]> {
  const records = await service.readTopic(service.config.topics.intake);
  return records
    .map(({ value }) => {
      const event = parseIntakeEvent(JSON.parse(Buffer.from(value ?? []).toString()));
      if ('unreadable' in event) throw new Error(event.unreadable);
      return event;
    })
    .filter((event) => id === undefined || event.id === id);
}

const untilEvent = (service: Service, id: string) =>
  until(`an event of dead letter ${id} on the intake`, async () => {
    const events = await eventsOf(service, id);
    return events.length > 0 ? events : undefined;
  });

const notWritten = ({ id }: { readonly id: string }) =>
  `The outcome of redriven order ${id} is not written: the intake topic did not take it. It is tried again.`;
const unsettled = ({ id }: { readonly id: string }) =>
  `The outcome of redriven order ${id} could not be written before the deadline: its record stays uncommitted and comes again`;
const processed = ({ id }: { readonly id: string }) => `Order ${id} processed successfully`;

describe('the outcome of a redriven record', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ env: { DLQ_MAX_RETRIES: '1' } });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('is one event on the intake where it was processed, also after a retry; other orders leave none', async () => {
    const { redrive, intake, order } = service.config.topics;
    const goods = [1, 2, 3].map((n) => redriven(service, `ORDER-${n}`, n));
    const flaky = redriven(service, 'ORDER-TEST-FLAKY-1', 4);
    const other = service.order('ORDER-NEW');
    await service.produceTo(redrive, ...goods, flaky);
    await service.produce(other);
    const all = [...goods, flaky];
    await Promise.all([...all, other].map(({ id }) => service.untilStored(id)));
    await Promise.all(all.map((one) => untilEvent(service, one.deadLetterId)));
    await Promise.all([redrive, order, intake].map((topic) => service.untilAllCommitted(topic)));

    const events = await eventsOf(service);
    expect(events).toHaveLength(all.length);
    for (const one of all) {
      expect(events.filter(({ id }) => id === one.deadLetterId)).toMatchObject([
        {
          kind: 'processed',
          origin: one.origin,
          redrive: one.redrive,
          attempts: one === flaky ? 2 : 1,
          by: { functionName: 'retry-orders' },
        },
      ]);
    }
  });

  it('is a failure of that redrive where it failed for good', async () => {
    const bad = redriven(service, 'ORDER-TEST-FAIL', 5);
    await service.produceTo(service.config.topics.redrive, bad);
    expect(await untilEvent(service, bad.deadLetterId)).toMatchObject([
      {
        kind: 'failed',
        reason: 'retries-exhausted',
        origin: bad.origin,
        attempts: 2,
        redrive: bad.redrive,
      },
    ]);
  });
});

// Of twelve seconds one is kept for the answer: an event that is not acknowledged is given up after eleven.
const ENV = { PROCESSING_TIMEOUT_MS: '5000', FUNCTION_TIMEOUT_MS: '12000', BATCH_SIZE_MAX: '1' };

describe('while the intake is unavailable a redriven record that was processed stays uncommitted, and its event comes later', () => {
  it.concurrent.each(['partial', 'throw'] as const)('%s mode', async (mode) => {
    await using service = await startService({ mode, env: ENV });
    const { intake, redrive } = service.config.topics;
    await service.deleteTopic(intake);
    const one = redriven(service, 'ORDER-1', 1);
    const [place] = await service.produceTo(redrive, { ...one, partition: 0 });
    const stored = await service.untilStored(one.id);
    await service.untilLogged(unsettled(one));
    const lines = await service.untilLogged(notWritten(one), 2);
    expect(lines[0]).toMatchObject({ level: 'ERROR', redriveId: one.redrive.id });
    expect((await service.committed(redrive)).get(0) ?? 0).toBeLessThanOrEqual(place?.offset ?? -1);

    await service.createTopic(intake);
    expect(await untilEvent(service, one.deadLetterId)).toMatchObject([{ kind: 'processed' }]);
    await service.untilAllCommitted(redrive);
    expect(await service.storedOrder(one.id)).toEqual(stored);
  });

  it.concurrent(
    'and killed between the two it is processed again, without a second effect',
    async () => {
      await using service = await startService();
      const { intake, redrive } = service.config.topics;
      await service.deleteTopic(intake);
      const one = redriven(service, 'ORDER-1', 1);
      const [place] = await service.produceTo(redrive, { ...one, partition: 0 });
      await service.untilLogged(processed(one));
      await service.untilLogged(notWritten(one));
      const stored = await service.untilStored(one.id);

      expect(service.killFunctions()).toBeGreaterThan(0);
      await service.untilLogged(processed(one), 2);
      await service.untilLogged(notWritten(one), 2);
      expect((await service.committed(redrive)).get(0) ?? 0).toBeLessThanOrEqual(
        place?.offset ?? -1,
      );

      await service.createTopic(intake);
      const events = await untilEvent(service, one.deadLetterId);
      await service.untilAllCommitted(redrive);
      expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['processed']));
      expect(await service.storedOrder(one.id)).toEqual(stored);
    },
  );
});
