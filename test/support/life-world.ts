import { claim, claimPurge, discard, isFinal, release, restore } from '../../lib/decide/life.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import { publishDeadLetters } from '../../lib/flow/publish-dead-letter.ts';
import { countInGroups } from '../../lib/flow/count-in-groups.ts';
import { putItem } from '../../lib/flow/put-item.ts';
import type { DeadLetterItem, IntakeEvent } from '../../lib/model/dead-letter.ts';
import { DLQ, intakeRecord, RETENTION_MS, START_MS } from './dead-letter-flow.ts';
import { createLifeMonitor } from './life-monitor.ts';
import { captureLog, noteMetrics } from './log-lines.ts';
import { createMemoryDeadLetterIndex } from './memory-dead-letter-index.ts';
import { createMemoryGroupStore } from './memory-group-store.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemorySchemaRegistry } from './memory-schema-registry.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** A claim without outcome is stale after so long. */
export const STALE_AFTER_MS = 3_600_000;
const INVOCATION_MS = 30_000;

/** What happens to somebody at one of their effects. */
export interface Fault {
  /** Which effect, from 0. */
  readonly at: number;
  /** Whether it still takes effect. */
  readonly when: 'before' | 'after';
  /** The process dies there; or the answer alone is lost, and it goes on. */
  readonly kind: 'dies' | 'no answer';
}

/** How somebody gets on: the waits before their effects, and what goes wrong. */
export interface Course {
  readonly delaysMs: readonly number[];
  readonly fault: Fault | undefined;
}

export type ChangeKind = 'claim' | 'release' | 'discard' | 'restore' | 'purge';

export type LifeWorld = ReturnType<typeof createLifeWorld>;

/** Origins of the dead letters whose lives are played. */
export const LETTERS = [0, 1].map((offset) => {
  const origin = { topic: 'order-events', partition: 0, offset, timestampMs: 1 };
  return { id: deadLetterId(origin), origin };
});

/**
 * Topic, index and groups in memory, with the real flows on them: the writer's, and operators' conditional writes. Whoever
 * acts has a course: effects take their time, so that several interleave, and one of them may go wrong.
 */
export function createLifeWorld() {
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock);
  publisher.createTopic(DLQ, 4);
  const index = createMemoryDeadLetterIndex();
  const groups = createMemoryGroupStore();
  const codec = createEnvelopeCodec(createSchemaCache(createMemorySchemaRegistry()), DLQ);
  const monitor = createLifeMonitor(index, publisher, codec);
  let faultsHit = 0;
  let invocations = 0;

  /** The effects as one of those sees them who act. */
  const effectsOf = (course: Course) => {
    const take = takerOf(course, clock, () => void (faultsHit += 1));
    return {
      index: {
        ...index,
        get: (id: string) => take(() => index.get(id)),
        getMany: (ids: readonly string[]) => take(() => index.getMany(ids)),
        put: (item: DeadLetterItem, revision: number) => take(() => monitor.put(item, revision)),
      },
      groups: { ...groups, apply: (change) => take(() => groups.apply(change)) } as typeof groups,
      publisher: {
        publish: ((requests, options) =>
          take(() => monitor.publish(requests, options))) as typeof publisher.publish,
      },
    };
  };

  return {
    clock,
    index,
    groups,
    monitor,
    /** How many faults were met so far. */
    faultsHit: () => faultsHit,
    item: (letter: number) => index.items().find(({ id }) => id === LETTERS[letter]?.id),
    /** One invocation of publish-dead-letter with this event. @returns whether it was settled */
    async deliver(event: IntakeEvent, course: Course): Promise<boolean> {
      const { log } = captureLog();
      const kinds = await publishDeadLetters([intakeRecord(event)], clock.nowMs() + INVOCATION_MS, {
        ...effectsOf(course),
        codec,
        business: { readId: () => 'ORDER-1' },
        clock,
        log,
        metrics: noteMetrics().metrics,
        consumerGroup: 'group',
        resolvedRetentionMs: RETENTION_MS,
        orderTopic: 'order-events',
        dlqTopic: DLQ,
        identity: {
          functionName: 'publish-dead-letter',
          functionVersion: '1',
          requestId: `r-${invocations++}`,
        },
      });
      return kinds[0]?.kind !== 'unsettled';
    },
    /** An operator's change, made of what is read now. @returns whether it was made; undefined: nobody knows */
    async change(
      letter: number,
      kind: ChangeKind,
      jobId: string,
      course: Course,
    ): Promise<boolean | undefined> {
      const effects = effectsOf(course);
      const work = async () => {
        const item = await effects.index.get(LETTERS[letter]?.id ?? '');
        const next = item && changed(item, kind, jobId, clock.nowMs());
        if (item === undefined || next === undefined) return false;
        // Nobody looks at a dead letter before its group is there: the first of its failures makes that, a moment later.
        if (faultsHit === 0 && (await groups.get(item.group)) === undefined) return false;
        if (!(await putItem(next, effects.index))) return false;
        const { log } = captureLog();
        await countInGroups(item, next, undefined, { groups: effects.groups, log });
        return true;
      };
      const died = clock.sleep(INVOCATION_MS).then(() => undefined);
      return Promise.race([work().catch(() => undefined), died]);
    },
  };
}

function changed(
  item: DeadLetterItem,
  kind: ChangeKind,
  jobId: string,
  atMs: number,
): DeadLetterItem | undefined {
  const change = { atMs, by: 'operator', jobId, reason: 'because' };
  switch (kind) {
    case 'claim':
      return claim(item, change, STALE_AFTER_MS);
    case 'release':
      return release(item, change);
    case 'discard':
      return discard(item, change);
    case 'restore':
      return restore(item, change);
    case 'purge':
      return claimPurge(item, change);
    default:
      return kind satisfies never;
  }
}

type Take = <T>(work: () => Promise<T>) => Promise<T>;

function takerOf({ delaysMs, fault }: Course, clock: VirtualClock, onHit: () => void): Take {
  let count = 0;
  let isDead = false;
  const never = () => new Promise<never>(() => undefined);
  return async (work) => {
    if (isDead) return never();
    const at = count++;
    await clock.sleep(delaysMs[at % Math.max(1, delaysMs.length)] ?? 0);
    const isHit = fault?.at === at;
    const fail = () => {
      onHit();
      if (fault?.kind !== 'dies') throw new Error('no answer');
      isDead = true;
      return never();
    };
    if (isHit && fault.when === 'before') return fail();
    const result = await work();
    return isHit && fault.when === 'after' ? fail() : result;
  };
}

/** Whether it has ended for good. */
export function hasEnded(item: DeadLetterItem | undefined): boolean {
  return item !== undefined && isFinal(item.state);
}
