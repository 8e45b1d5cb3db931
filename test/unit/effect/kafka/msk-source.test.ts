import { describe, expect, it } from 'vitest';
import { BrokersUnknownError } from '../../../../lib/effect/kafka/kafka-error.ts';
import type { BootstrapBrokers } from '../../../../lib/effect/kafka/msk-brokers.ts';
import { accessTo, createMskSource } from '../../../../lib/effect/kafka/msk-source.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const tokenOf = () => Promise.resolve('token');
const iam = (broker: string): BootstrapBrokers => ({ BootstrapBrokerStringSaslIam: broker });
const busy = new BrokersUnknownError('busy', true);

/** A source whose questions to AWS are answered from the list, the last one again and again. */
function createSource(...answers: readonly (BootstrapBrokers | Error)[]) {
  const clock = createVirtualClock(1_000_000);
  const askedAtMs: number[] = [];
  const source = createMskSource({
    clusterArn: ARN,
    auth: undefined,
    ask: (arn) => {
      expect(arn).toBe(ARN);
      const answer = answers[Math.min(askedAtMs.length, answers.length - 1)] ?? {};
      askedAtMs.push(clock.nowMs());
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    tokenOf,
    clock,
  });
  const find = async () => (await clock.run(source.find())).brokers;
  return { source, clock, askedAtMs, find };
}

describe('createMskSource', () => {
  it('asks nothing before it is needed, then once for all who ask', async () => {
    const { source, clock, askedAtMs, find } = createSource(iam('b-1:9098'));
    expect(askedAtMs).toHaveLength(0);
    const both = await clock.run(Promise.all([source.find(), source.find()]));
    expect(both[0]).toBe(both[1]);
    expect(both[0]).toMatchObject({ brokers: ['b-1:9098'], ssl: true });
    await find();
    expect(askedAtMs).toHaveLength(1);
  });

  it('does not remember a failure; the questions that follow it are spaced, ever more', async () => {
    const { askedAtMs, find } = createSource(busy, busy, busy, iam('b-1:9098'));
    for (let failure = 1; failure <= 3; failure++) await expect(find()).rejects.toBe(busy);
    expect(await find()).toEqual(['b-1:9098']);
    const pauses = askedAtMs.slice(1).map((atMs, index) => atMs - (askedAtMs[index] ?? 0));
    expect(pauses).toHaveLength(3);
    for (const [index, pauseMs] of pauses.entries()) {
      expect(pauseMs).toBeGreaterThanOrEqual(25 * 2 ** index);
      expect(pauseMs).toBeLessThanOrEqual(50 * 2 ** index);
    }
  });

  it('asks again where the brokers it found are in doubt, but not within 30 s', async () => {
    const { source, clock, askedAtMs, find } = createSource(iam('b-1:9098'), iam('b-4:9098'));
    await find();
    await clock.run(clock.sleep(29_999));
    source.doubt();
    expect(await find()).toEqual(['b-1:9098']);
    await clock.run(clock.sleep(1));
    expect(await find()).toEqual(['b-4:9098']);
    await clock.run(clock.sleep(60_000));
    expect(await find()).toEqual(['b-4:9098']);
    expect(askedAtMs).toHaveLength(2);
  });

  it('keeps the brokers it knows while AWS names no others', async () => {
    const { source, clock, askedAtMs, find } = createSource(iam('b-1:9098'), busy, iam('b-4:9098'));
    await find();
    await clock.run(clock.sleep(30_000));
    source.doubt();
    expect(await find()).toEqual(['b-1:9098']);
    expect(await find()).toEqual(['b-1:9098']);
    expect(askedAtMs).toHaveLength(2);
    await clock.run(clock.sleep(30_000));
    source.doubt();
    expect(await find()).toEqual(['b-4:9098']);
  });

  it('says by what a person knows the cluster', () => {
    expect(createSource({}).source).toMatchObject({ name: ARN, variable: 'MSK_CLUSTER_ARN' });
  });
});

describe('accessTo', () => {
  it('none is the clear, tls is TLS alone, iam is TLS with a token', () => {
    const brokers = ['b:1'];
    expect(accessTo(brokers, 'none', tokenOf)).toEqual({ brokers });
    expect(accessTo(brokers, 'tls', tokenOf)).toEqual({ brokers, ssl: true });
    expect(accessTo(brokers, 'iam', tokenOf)).toMatchObject({
      brokers,
      ssl: true,
      sasl: { mechanism: 'OAUTHBEARER' },
    });
  });
});
