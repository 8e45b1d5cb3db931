import { describe, expect, it } from 'vitest';
import { createHandOverQueue } from '../../../lib/flow/hand-over-queue.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

/** A queue whose hand-overs take `latencyMs`, and what was handed over when. */
function start(latencyMs = 0) {
  const clock = createVirtualClock(0);
  const handedOver: (readonly [atMs: number, items: readonly string[]])[] = [];
  const queue = createHandOverQueue(async (items: readonly string[]) => {
    handedOver.push([clock.nowMs(), items]);
    await clock.sleep(latencyMs);
    return items.map((item) => `${item} done`);
  }, clock);
  return { clock, queue, handedOver };
}

it('hands over together what fails at about the same time, and answers each', async () => {
  const { clock, queue, handedOver } = start();
  const adding = [queue.add('a'), queue.add('b')];
  expect(await clock.run(Promise.all(adding))).toEqual(['a done', 'b done']);
  expect(handedOver).toEqual([[20, ['a', 'b']]]);
});

it('what fails later does not wait for what is being handed over', async () => {
  const { clock, queue, handedOver } = start(1_000);
  const first = queue.add('a');
  await clock.run(clock.sleep(100));
  const second = queue.add('b');
  await clock.run(Promise.all([first, second]));
  expect(handedOver).toEqual([
    [20, ['a']],
    [120, ['b']],
  ]);
});

it('flush hands over at once, and nothing is handed over twice', async () => {
  const { clock, queue, handedOver } = start();
  const adding = queue.add('a');
  queue.flush();
  queue.flush();
  await clock.run(adding);
  await clock.run(clock.sleep(100));
  expect(handedOver).toEqual([[0, ['a']]]);
});

it('a hand-over that breaks is told to whoever waits for it, and holds up no later one', async () => {
  const clock = createVirtualClock(0);
  let calls = 0;
  const queue = createHandOverQueue(async (items: readonly string[]) => {
    calls += 1;
    if (calls === 1) throw new Error('broken');
    return items;
  }, clock);
  const first = queue.add('a').catch((error: unknown) => (error as Error).message);
  queue.flush();
  expect(await first).toBe('broken');
  expect(await clock.run(queue.add('b'))).toBe('b');
});

describe('items of one lane', () => {
  /** Hand-overs end when the test says so. */
  function startByHand() {
    const clock = createVirtualClock(0);
    const underWay: { items: readonly string[]; safe(index: number): void; end(): void }[] = [];
    const queue = createHandOverQueue(
      (items: readonly string[], safe) =>
        new Promise<readonly string[]>((resolve) =>
          underWay.push({ items, safe, end: () => resolve(items) }),
        ),
      clock,
    );
    const started = () => underWay.map(({ items }) => items.join());
    return { clock, queue, underWay, started, pass: (ms: number) => clock.run(clock.sleep(ms)) };
  }

  it('go together where they are queued together', async () => {
    const { queue, started, pass } = startByHand();
    void queue.add('a1', 'a');
    void queue.add('a2', 'a');
    await pass(50);
    expect(started()).toEqual(['a1,a2']);
  });

  it('wait until all before them are acknowledged; other lanes and items without one do not', async () => {
    const { queue, underWay, started, pass } = startByHand();
    void queue.add('a1', 'a');
    void queue.add('a2', 'a');
    void queue.add('other');
    await pass(50);
    void queue.add('a3', 'a');
    void queue.add('b1', 'b');
    void queue.add('loose');
    await pass(50);
    expect(started()).toEqual(['a1,a2,other', 'b1,loose']);
    underWay[0]?.safe(1);
    await pass(50);
    expect(started()).toHaveLength(2);
    underWay[0]?.safe(0);
    await pass(50);
    expect(started()).toEqual(['a1,a2,other', 'b1,loose', 'a3']);
  });

  it('go on when the hand-over before them has ended without acknowledgement', async () => {
    const { clock, queue, underWay, started, pass } = startByHand();
    const first = queue.add('a1', 'a');
    await pass(50);
    void queue.add('a2', 'a');
    queue.flush();
    await pass(50);
    expect(started()).toEqual(['a1']);
    underWay[0]?.end();
    expect(await clock.run(first)).toBe('a1');
    await pass(50);
    expect(started()).toEqual(['a1', 'a2']);
  });

  it('leave nothing behind: a lane that is empty again holds up nobody', async () => {
    const { queue, underWay, started, pass } = startByHand();
    void queue.add('a1', 'a');
    await pass(50);
    underWay[0]?.safe(0);
    underWay[0]?.end();
    await pass(50);
    void queue.add('a2', 'a');
    await pass(20);
    expect(started()).toEqual(['a1', 'a2']);
  });
});
