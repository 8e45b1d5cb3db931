import { describe, expect, test } from 'vitest';
import type { MetadataResponse } from '../../../../lib/effect/kafka/protocol.ts';
import { createTopicCache, layoutOf } from '../../../../lib/effect/kafka/topic-cache.ts';

function metadata(topic: string, leaders: readonly number[], code = 0): MetadataResponse {
  const partitionMetadata = leaders.map((leader, partitionId) => ({ partitionId, leader }));
  const topicMetadata = [{ topic, topicErrorCode: code, partitionMetadata }];
  return { brokers: [], topicMetadata };
}

function cacheOf(answers: readonly (MetadataResponse | Error)[]) {
  const left = [...answers];
  const asked: string[] = [];
  const time = { nowMs: 0 };
  const cache = createTopicCache({
    ageMaxMs: 100,
    nowMs: () => time.nowMs,
    fetch: (topic) => {
      asked.push(topic);
      const answer = left.shift() ?? new Error('asked too often');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { cache, asked, time };
}

describe('topic cache', () => {
  test('asks once until the age is reached, or until it is told to forget', async () => {
    const { cache, asked, time } = cacheOf([
      metadata('t', [1]),
      metadata('t', [1, 2]),
      metadata('t', [3]),
    ]);
    expect((await cache.layout('t', 9))?.leaders).toEqual([1]);
    time.nowMs = 99;
    expect((await cache.layout('t', 9))?.leaders).toEqual([1]);
    time.nowMs = 100;
    expect((await cache.layout('t', 9))?.leaders).toEqual([1, 2]);
    cache.forget('t');
    expect((await cache.layout('t', 9))?.leaders).toEqual([3]);
    expect(asked).toHaveLength(3);
  });

  test('does not remember that a topic is missing, nor a failure', async () => {
    const { cache } = cacheOf([metadata('t', [], 3), new Error('down'), metadata('t', [1])]);
    expect(await cache.layout('t', 9)).toBeUndefined();
    await expect(cache.layout('t', 9)).rejects.toThrow('down');
    expect((await cache.layout('t', 9))?.leaders).toEqual([1]);
  });

  test('callers at the same time share one request', async () => {
    const { cache, asked } = cacheOf([metadata('t', [1])]);
    const layouts = await Promise.all([cache.layout('t', 9), cache.layout('t', 9)]);
    expect(layouts[0]).toBe(layouts[1]);
    expect(asked).toEqual(['t']);
  });
});

describe('layoutOf', () => {
  test('puts leaders at their partition, and keeps those without one', () => {
    const answer = metadata('t', [5, -1, 7]);
    const [topic] = answer.topicMetadata;
    const partitionMetadata = topic?.partitionMetadata.toReversed() ?? [];
    const shuffled = {
      brokers: [],
      topicMetadata: [{ topic: 't', topicErrorCode: 0, partitionMetadata }],
    };
    expect(layoutOf('t', shuffled)).toEqual({ topic: 't', leaders: [5, -1, 7] });
  });

  test('a missing topic is undefined, any other failure is thrown', () => {
    expect(layoutOf('t', metadata('t', [], 3))).toBeUndefined();
    expect(layoutOf('t', metadata('other', [1]))).toBeUndefined();
    expect(() => layoutOf('t', metadata('t', [], 29))).toThrow(/TOPIC_AUTHORIZATION_FAILED/);
  });
});
