import { expect, it } from 'vitest';
import { partitionOfKey } from '../../../lib/decide/partition.ts';
import { publishEvent, type NewEvent } from '../../../lib/flow/publish-event.ts';
import { header } from '../../support/builders.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const EVENT: NewEvent = {
  topic: 'order-events',
  key: Buffer.from('ORDER-1'),
  value: Buffer.from('{"orderId":"ORDER-1"}'),
  headers: [header('traceparent', '00-…')],
};

function setUp() {
  const clock = createVirtualClock(1_000_000);
  const publisher = createMemoryPublisher(clock);
  const publish = (event = EVENT) => clock.run(publishEvent(event, 1_005_000, publisher));
  return { publisher, publish };
}

it('says where the event lies: in the partition that its key decides', async () => {
  const { publisher, publish } = setUp();
  publisher.createTopic('order-events', 4);
  const partition = partitionOfKey(EVENT.key, 4);

  expect(await publish()).toEqual({ topic: 'order-events', partition, offset: 0 });
  expect(await publish()).toEqual({ topic: 'order-events', partition, offset: 1 });
  const { key, value, headers } = EVENT;
  expect(publisher.records('order-events')[0]).toEqual({ key, value, headers });
});

it('never says success without an acknowledgement, and says that the event may be there', async () => {
  const { publish } = setUp(); // There is no topic.

  await expect(publish()).rejects.toMatchObject({
    code: 'PUBLISH_NOT_ACKNOWLEDGED',
    message: expect.stringMatching(/ORDER-1.*may have been written/) as string,
  });
});

it('names the size where the topic refuses it', async () => {
  const { publisher, publish } = setUp();
  publisher.createTopic('order-events', 1, 10);

  await expect(publish()).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    message: expect.stringContaining('21 bytes') as string,
  });
});
