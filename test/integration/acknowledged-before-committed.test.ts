import { describe, expect, it } from 'vitest';
import { startService } from '../support/service.ts';

describe('nothing is committed before its copy is acknowledged', () => {
  // A service for each: a topic that is made again begins at offset 0, where a group that has read it before has passed.
  it('a retry topic that is unavailable: the record stays uncommitted, also when its function is killed, and arrives later', async () => {
    await using service = await startService();
    const [tier] = service.config.policy.tiers;
    const topic = tier?.topic ?? '';
    await service.deleteTopic(topic);
    const bad = service.order('ORDER-TEST-FAIL');
    const [place] = await service.produce({ ...bad, partition: 0 });
    const text = `Failed to send order ${bad.id} to ${topic}. Message will be retried.`;
    await service.untilLogged(text);
    const good = service.order('ORDER-1');
    await service.produce({ ...good, partition: 1 });
    await service.untilStored(good.id);

    expect(service.killFunctions()).toBeGreaterThan(0);
    await service.untilLogged(text, 2);
    expect((await service.committed()).get(0) ?? 0).toBeLessThanOrEqual(place?.offset ?? -1);

    await service.createTopic(topic);
    const [dead] = await service.untilDeadLetters(1);
    expect(dead?.envelope).toMatchObject({ orderId: bad.id, failedAttempts: 4 });
    await service.untilAllCommitted();
  });

  it('the intake unavailable: the record stays uncommitted, also when its function is killed, and arrives later', async () => {
    await using service = await startService();
    const topic = service.config.topics.intake;
    await service.deleteTopic(topic);
    const key = Buffer.from('poison');
    const [place] = await service.produce({ key, value: Buffer.from('no order'), partition: 2 });
    const text = 'Failed to send order Unknown to DLQ. Message will be retried.';
    await service.untilLogged(text);

    expect(service.killFunctions()).toBeGreaterThan(0);
    const [line] = await service.untilLogged(text, 2);
    expect(line?.level).toBe('CRITICAL');
    expect((await service.committed()).get(2) ?? 0).toBeLessThanOrEqual(place?.offset ?? -1);

    await service.createTopic(topic);
    const [dead] = await service.untilDeadLetters(1);
    expect(dead?.envelope).toMatchObject({ reason: 'undecodable', failedAttempts: 1 });
    await service.untilAllCommitted();
  });
});
