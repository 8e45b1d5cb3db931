import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import { toIntakeEvent } from '../../../lib/flow/intake-failure.ts';
import type { RecordHeader } from '../../../lib/model/record.ts';
import { REDRIVEN_ORIGIN } from '../../support/batch-flow.ts';
import * as given from '../../support/builders.ts';
import { processedEvent, purgeEvent } from '../../support/dead-letters.ts';

const FIXTURE = new URL('../../fixtures/aws-on-failure-record.json', import.meta.url);
const REDRIVE_TOPIC = 'order-events-redrive';
const identity = { functionName: 'publish-dead-letter', functionVersion: '1', requestId: 'r' };
const reading = { orderTopic: 'order-events', identity, nowMs: 1_000 };
const onIntake = (value: Uint8Array) => given.record({ topic: 'order-events-dlq-intake', value });

/** AWS's wrapper of a record that lay on the redrive topic. */
function wrapped(headers: readonly RecordHeader[]) {
  const wrapper = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
    payload: { records: Record<string, object[]> };
  };
  const [record] = wrapper.payload.records['order-events-2'] ?? [];
  const inEvent = headers.map(({ key, value }) => ({ [key]: value && [...new Int8Array(value)] }));
  const copy = { ...record, topic: REDRIVE_TOPIC, partition: 1, offset: 9, headers: inEvent };
  wrapper.payload.records = { [`${REDRIVE_TOPIC}-1`]: [copy] };
  return onIntake(Buffer.from(JSON.stringify(wrapper)));
}

describe('a redriven record that AWS gave up', () => {
  it('is a failure of that redrive, under the id that it always had', () => {
    const redrive = { id: 'redrive-1', count: 2 };
    const own = [given.header('a', '1')];
    const state = { attempt: 1, origin: REDRIVEN_ORIGIN, redrive };
    expect(toIntakeEvent(wrapped(writeRetryState(own, state)), reading)).toMatchObject({
      kind: 'failed',
      id: deadLetterId(REDRIVEN_ORIGIN),
      reason: 'delivery-exhausted',
      attempts: 1,
      origin: REDRIVEN_ORIGIN,
      failedAt: { topic: REDRIVE_TOPIC, partition: 1, offset: 9 },
      record: { headers: own },
      redrive,
    });
  });

  it('without a valid state is a dead letter of its own', () => {
    const event = toIntakeEvent(wrapped([]), reading);
    expect(event).toMatchObject({
      reason: 'corrupt-retry-state',
      origin: { topic: REDRIVE_TOPIC, partition: 1, offset: 9 },
    });
    expect(event).not.toHaveProperty('redrive');
  });
});

it.each([processedEvent(), purgeEvent()])('an event of ours is itself: $kind', (event) => {
  expect(toIntakeEvent(onIntake(encodeIntakeEvent(event).value), reading)).toEqual(event);
});

it('an event that is none is one about itself', () => {
  const json = { ...processedEvent(), v: 1, attempts: 0 };
  const event = toIntakeEvent(onIntake(Buffer.from(JSON.stringify(json))), reading);
  expect(event).toMatchObject({
    kind: 'failed',
    reason: 'undecodable',
    error: { type: 'UnreadableIntakeRecord', message: expect.stringContaining('attempts') },
  });
});
