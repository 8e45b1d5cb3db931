import { HISTORY_ENTRIES_MAX } from '../../lib/decide/history.ts';
import type { DeadLetterItem, HistoryEntry } from '../../lib/model/dead-letter.ts';
import type { EnvelopeCodec } from '../../lib/ports/envelope-codec.ts';
import type { RecordPublisher } from '../../lib/ports/record-publisher.ts';
import { DLQ } from './dead-letter-flow.ts';
import type { MemoryDeadLetterIndex } from './memory-dead-letter-index.ts';
import type { MemoryPublisher } from './memory-publisher.ts';

/** The only ways from state to state (docs/contracts.md, "The life of a dead letter"). */
const WAYS: Readonly<Partial<Record<HistoryEntry['what'], readonly string[]>>> = {
  failed: ['none>open'],
  claimed: ['open>redriving', 'redriving>redriving'],
  released: ['redriving>open'],
  'failed-again': ['redriving>open', 'open>open'],
  resolved: ['none', 'open', 'redriving', 'discarded', 'purging'].map((from) => `${from}>resolved`),
  discarded: ['open>discarded'],
  restored: ['discarded>open'],
  'purge-claimed': ['discarded>purging', 'purging>purging'],
  purged: ['purging>purged'],
};

export interface LastRecord {
  readonly kind: 'envelope' | 'tombstone';
  readonly partition: number;
  readonly bytesMissing: boolean;
}

/** Looks at every write to index and topic, and notes what must never be. */
export function createLifeMonitor(
  index: MemoryDeadLetterIndex,
  publisher: MemoryPublisher,
  codec: EnvelopeCodec,
) {
  const faults: string[] = [];
  /** Ids whose record was processed. */
  const processed = new Set<string>();
  const holds = (rule: string, holdsTrue: boolean, about: unknown) => {
    if (!holdsTrue) faults.push(`${rule}: ${JSON.stringify(about)}`);
  };

  const look = (before: DeadLetterItem | undefined, after: DeadLetterItem): void => {
    const last = after.history.at(-1);
    const about = { before, after };
    const way = `${before?.state ?? 'none'}>${after.state}`;
    holds('a known way', last !== undefined && (WAYS[last.what] ?? []).includes(way), about);
    holds(
      'history says it',
      last?.to === after.state && last.from === (before?.state ?? null),
      about,
    );
    holds('the revision rises by one', after.revision === (before?.revision ?? 0) + 1, about);
    holds('history is bounded', after.history.length <= HISTORY_ENTRIES_MAX, about);
    if (before === undefined) return;
    const isToldOnce = last?.what !== 'failed-again' || before.redrive?.outcome !== 'failed';
    const isSetBack = before.state !== 'open' || before.redrive?.outcome === 'released';
    const isOwn = last?.what !== 'failed-again' || (isSetBack && last.jobId === before.redrive?.id);
    holds('a failure is told of the last redrive, and once', isToldOnce && isOwn, about);
    const { length } = before.history;
    const grown = Math.min(length + 1, HISTORY_ENTRIES_MAX);
    holds('history grows', after.history.length === grown, about);
    holds('it keeps how it began', same(after.history[0], before.history[0]), about);
    holds('it arrived once', after.arrivedAtMs === before.arrivedAtMs, about);
    const { firstFailureTimestamp: first } = before;
    holds('its first failure stays', after.firstFailureTimestamp === first, about);
    holds('attempts sum up', after.totalAttempts >= before.totalAttempts, about);
    const { topic, partition } = before.envelopeAt;
    const isPlaced = after.envelopeAt.topic === topic && after.envelopeAt.partition === partition;
    holds('its records lie in one place', isPlaced, about);
    const isOver = after.state === 'resolved' || after.state === 'purged';
    holds('bytes stay', before.bytesMissing || !after.bytesMissing || isOver, about);
    const keepsNothing = after.state !== 'purged' || after.originalMessage === null;
    holds('what is purged has no content', keepsNothing, about);
  };

  const last = async (id: string): Promise<LastRecord | undefined> => {
    const found = publisher
      .partitions(DLQ)
      .flatMap((records, partition) => records.map((record) => ({ ...record, partition })))
      .filter(({ key }) => key !== null && Buffer.from(key).toString() === id);
    holds('one partition', new Set(found.map(({ partition }) => partition)).size <= 1, found);
    const record = found.at(-1);
    if (record === undefined) return undefined;
    const { value, partition } = record;
    if (value === null) return { kind: 'tombstone', partition, bytesMissing: true };
    const envelope = await codec.decode(value);
    if ('unreadable' in envelope) throw new Error(envelope.unreadable);
    return { kind: 'envelope', partition, bytesMissing: envelope.bytesMissing };
  };

  const publish: RecordPublisher['publish'] = async (requests, options) => {
    for (const request of requests) {
      const { key, value } = request.build(4);
      const id = Buffer.from(key ?? []).toString();
      const state = index.items().find((item) => item.id === id)?.state ?? 'none';
      const mayGo = processed.has(id) || ['purging', 'purged', 'resolved'].includes(state);
      holds('content goes only with the end', value !== null || mayGo, { id, state });
    }
    return publisher.publish(requests, options);
  };

  return {
    faults,
    processed,
    last,
    publish,
    async put(item: DeadLetterItem, expectedRevision: number): Promise<boolean> {
      const before = index.items().find(({ id }) => id === item.id);
      const isWritten = await index.put(item, expectedRevision);
      if (isWritten) look(before, item);
      return isWritten;
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
