import { addCounts, countChanges } from '../decide/group-change.ts';
import {
  compareWithItem,
  endedByTombstone,
  itemFromEnvelope,
  type Finding,
} from '../decide/reindex.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { RecordPublisher } from '../ports/record-publisher.ts';
import { toIntakeRequest } from './hand-over.ts';
import { putOrFind } from './put-item.ts';
import type { ReindexJournal } from './reindex-journal.ts';

/** How often one is looked at anew because somebody else changed it meanwhile. */
const TRIES_MAX = 5;

export interface RepairDeps {
  readonly index: DeadLetterIndex;
  readonly groups: GroupStore;
  readonly codec: EnvelopeCodec;
  readonly publisher: RecordPublisher;
  readonly clock: Clock;
  readonly journal: ReindexJournal;
  readonly intakeTopic: string;
  /** Who asked for the reindex. */
  readonly by: string;
  /** Request id of this part of it. */
  readonly invocation: string;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
}

/** What became of the last record of a dead letter. */
export interface Repair {
  readonly id: string;
  readonly did: 'nothing' | 'opened' | 'resolved' | 'erased' | 'unreadable' | 'left';
  /** What the index held before, and holds now. */
  readonly before: DeadLetterItem | undefined;
  readonly item: DeadLetterItem | undefined;
  /** Of one that was opened: what people read for its group. */
  readonly title?: string;
}

/**
 * Brings the item in line with the last record of its key, on condition of the revision seen: where somebody else was
 * first, it is compared anew. What is to be erased is only found here (`askForErasure`).
 *
 * @param found the item as it was read
 * @throws AppError STORE_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function repair(
  id: string,
  record: ConsumedRecord,
  found: DeadLetterItem | undefined,
  deps: RepairDeps,
): Promise<Repair> {
  const { index, clock, by, invocation, journal } = deps;
  let item = found;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const difference = compareWithItem(
      { at: placeOf(record), isTombstone: record.value === null },
      item,
    );
    if (difference === 'none') return { id, did: 'nothing', before: item, item };
    if (difference === 'not-erased') return { id, did: 'erased', before: item, item };
    const finding = { nowMs: clock.nowMs(), by, invocation };
    if (item !== undefined) {
      const ended = endedByTombstone(item, finding, deps.resolvedRetentionMs);
      if (await putOrFind(ended, index)) {
        journal.changed(item, ended);
        return { id, did: 'resolved', before: item, item: ended };
      }
    } else {
      const made = await itemOf(id, record, finding, deps);
      if ('unreadable' in made) {
        journal.unreadable(id, record, made.unreadable);
        return { id, did: 'unreadable', before: item, item };
      }
      if (await putOrFind(made.item, index)) {
        journal.changed(item, made.item);
        return { id, did: 'opened', before: item, ...made };
      }
    }
    [item] = await index.getMany([id]);
  }
  return { id, did: 'left', before: item, item };
}

async function itemOf(
  id: string,
  record: ConsumedRecord,
  finding: Finding,
  { codec }: RepairDeps,
): Promise<ReturnType<typeof itemFromEnvelope> | { readonly unreadable: string }> {
  const envelope = await codec.decode(record.value ?? new Uint8Array());
  if ('unreadable' in envelope) return envelope;
  if (envelope.id !== id) return { unreadable: `no envelope of this id: it is ${envelope.id}'s` };
  return itemFromEnvelope(envelope, placeOf(record), record.timestampMs, finding);
}

function placeOf({ topic, partition, offset }: ConsumedRecord) {
  return { topic, partition, offset };
}

/**
 * Has the one writer write the tombstones of these again, acknowledged.
 * @param deadlineMs epoch ms
 * @throws AppError PUBLISH_NOT_ACKNOWLEDGED: some may have been asked for; asking twice does no harm
 */
export async function askForErasure(
  ids: readonly string[],
  deadlineMs: number,
  { publisher, clock, intakeTopic, journal }: RepairDeps,
): Promise<void> {
  const askedAtMs = clock.nowMs();
  const requests = ids.map((id) => toIntakeRequest({ kind: 'purge', id, askedAtMs }, intakeTopic));
  const outcomes = await publisher.publish(requests, { deadlineMs });
  const failed = outcomes.find(({ kind }) => kind !== 'acknowledged');
  if (failed !== undefined) {
    throw new AppError(
      'PUBLISH_NOT_ACKNOWLEDGED',
      `The brokers did not acknowledge on topic ${intakeTopic} that tombstones are asked for again: call once more with the same cursor`,
      'error' in failed ? { cause: failed.error } : {},
    );
  }
  for (const id of ids) journal.erasureAsked(id);
}

/**
 * Counts the changes in their groups, one write for each group. A group that is made here was seen earlier than it says
 * now, as far back as its items go: what counts them in the end knows.
 * @throws AppError STORE_UNAVAILABLE
 */
export async function countRepairs(
  repairs: readonly Repair[],
  { groups }: Pick<RepairDeps, 'groups'>,
): Promise<void> {
  const changes = repairs.flatMap(({ did, before, item, title }) => {
    if (item === undefined || (did !== 'opened' && did !== 'resolved')) return [];
    const { id: example, errorType, arrivedAtMs: atMs } = item;
    const seen = title === undefined ? undefined : { title, errorType, atMs, example };
    return countChanges(before, item).map((change) => ({ ...change, seen }));
  });
  await Promise.all(
    [...Map.groupBy(changes, ({ group }) => group)].map(([group, all]) => {
      const seen = all.map((change) => change.seen).find((one) => one !== undefined);
      const counts = addCounts(all.map((change) => change.counts));
      return groups.apply({ group, counts, ...(seen && { seen }) });
    }),
  );
}
