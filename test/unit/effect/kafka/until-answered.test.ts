import { expect, it } from 'vitest';
import type { KafkaConnection } from '../../../../lib/effect/kafka/connection.ts';
import { BrokersUnknownError } from '../../../../lib/effect/kafka/kafka-error.ts';
import { untilAnswered } from '../../../../lib/effect/kafka/until-answered.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const cluster = { name: 'k:9092', variable: 'KAFKA_BROKERS' };
const connection = { cluster } as KafkaConnection;
const DEADLINE_MS = 10_000;
/** With the pauses between them, of 150 ms at most, the deadline is in the midst of the third. */
const TRY_MS = 4_000;

/** Asks until the deadline; each try takes so long, and is cut off there. */
async function ask(tryMs: number, errorOf: (nth: number, isCutOff: boolean) => Error) {
  const clock = createVirtualClock(0);
  let tries = 0;
  const asking = untilAnswered(
    { connection, clock, what: 'answer', deadlineMs: DEADLINE_MS },
    async () => {
      const leftMs = DEADLINE_MS - clock.nowMs();
      await clock.sleep(Math.min(tryMs, leftMs - 1));
      throw errorOf(++tries, leftMs - 1 < tryMs);
    },
  );
  const message = await clock.run(asking.catch((error: Error) => error.message));
  return { message, tries, nowMs: clock.nowMs() };
}

const cutOff = (isCutOff: boolean) => new Error(isCutOff ? 'no answer within 12 ms' : 'refused');

it('what was never answered tells the last reason, and not that the deadline cut off a try', async () => {
  const { message, tries, nowMs } = await ask(TRY_MS, (_, isCutOff) => cutOff(isCutOff));
  expect(message).toMatch(/^Kafka at k:9092 did not answer: refused\. Check that the brokers run/);
  expect(tries).toBe(3);
  expect(nowMs).toBe(DEADLINE_MS);
});

it('where the only try was cut off, that is the reason', async () => {
  const { message, tries } = await ask(60_000, (_, isCutOff) => cutOff(isCutOff));
  expect(message).toContain('did not answer: no answer within 12 ms');
  expect(tries).toBe(1);
});

it('a refusal that no waiting heals is told, also at the deadline', async () => {
  const refusal = new BrokersUnknownError('no permission', false);
  const { message } = await ask(TRY_MS, (_, isCutOff) => (isCutOff ? refusal : new Error('busy')));
  expect(message).toBe('Kafka at k:9092 did not answer: no permission');
});
