import type {
  DeadLetterItem,
  FailedEvent,
  ItemRedrive,
  ProcessedEvent,
  PurgeEvent,
} from '../model/dead-letter.ts';
import { withEntry } from './history.ts';
import { isFinal } from './life.ts';
import { toResolvedStub } from './resolved-stub.ts';

/** An event that ends a dead letter. */
export type EndEvent = ProcessedEvent | PurgeEvent;

/** What an event leaves as it is. */
export type NoChange =
  | { readonly kind: 'unchanged' }
  /** It has ended: its tombstone is written again, for a late writer may have brought the envelope back. */
  | { readonly kind: 'erased-again'; readonly item: DeadLetterItem };

/** It failed for good, for the first time or once more: the envelope, then the item (decide/dead-letter-item.ts). */
export interface Opened {
  readonly kind: 'open';
  /** Of the item that comes next. */
  readonly revision: number;
  /** When it got into the DLQ for the first time. */
  readonly arrivedAtMs: number;
  readonly previous: DeadLetterItem | undefined;
}

/** It ends: the tombstone, then this item. */
export interface Ended {
  readonly kind: 'ended';
  readonly before: DeadLetterItem | undefined;
  readonly item: DeadLetterItem;
}

export interface FoldSettings {
  /** Epoch ms. */
  readonly nowMs: number;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
  /** The service's base group, for a dead letter that nothing else is known of. */
  readonly consumerGroup: string;
  /** Request id of the invocation that folds. */
  readonly invocation: string;
}

/**
 * What a failure makes of a dead letter. It counts where there is no item yet, or where the item is being redriven under
 * that very id; also where that claim was set back to open, and the item is open and nobody has claimed it since: its record
 * was published all the same. While the item is discarded it does not count, once that is restored it does. A duplicate, a
 * late one, or one of another redrive changes nothing. Pure, total.
 *
 * @param item what the index holds; undefined: nothing
 */
export function foldFailure(
  item: DeadLetterItem | undefined,
  { redrive }: FailedEvent,
  nowMs: number,
): NoChange | Opened {
  if (item === undefined) {
    return { kind: 'open', revision: 1, arrivedAtMs: nowMs, previous: undefined };
  }
  if (isFinal(item.state)) return { kind: 'erased-again', item };
  if (redrive === undefined || redrive.id !== item.redrive?.id || !isAwaited(item)) {
    return { kind: 'unchanged' };
  }
  const { arrivedAtMs, revision } = item;
  return { kind: 'open', revision: revision + 1, arrivedAtMs, previous: item };
}

/** Whether a failure of its last redrive says something new, and contradicts nobody. */
function isAwaited({ state, redrive }: DeadLetterItem): boolean {
  return state === 'redriving' || (state === 'open' && redrive?.outcome === 'released');
}

/**
 * What a success or a purge makes of a dead letter. A success resolves, whatever the state and the redrive; a purge counts
 * for one that is being purged, whichever job asked for it, and changes nothing elsewhere. Pure, total.
 *
 * @param item what the index holds; undefined: nothing
 */
export function foldEnd(
  item: DeadLetterItem | undefined,
  event: EndEvent,
  settings: FoldSettings,
): NoChange | Ended {
  if (item !== undefined && isFinal(item.state)) return { kind: 'erased-again', item };
  if (event.kind === 'processed') return afterSuccess(item, event, settings);
  return item?.state === 'purging' ? afterPurge(item, event, settings) : { kind: 'unchanged' };
}

function afterSuccess(
  item: DeadLetterItem | undefined,
  event: ProcessedEvent,
  settings: FoldSettings,
): Ended {
  const before = item ?? toResolvedStub(event, settings);
  const ended: DeadLetterItem = {
    ...(before.state === 'purging' ? withoutContent(before) : before),
    ...endedAt(before, 'resolved', settings),
    redriveCount: Math.max(before.redriveCount, event.redrive.count),
    redrive: redriveAfterSuccess(before.redrive, event, settings),
    totalAttempts: before.totalAttempts + event.attempts,
    history: withEntry(before.history, {
      atMs: settings.nowMs,
      what: 'resolved',
      by: event.by.functionName,
      from: item?.state ?? null,
      to: 'resolved',
      jobId: event.redrive.id,
      invocation: settings.invocation,
    }),
  };
  return { kind: 'ended', before: item, item: ended };
}

/**
 * The last redrive has no outcome yet: it is resolved, even where a record of an earlier one came to it first. One that has
 * its outcome keeps it, unless that came of a copy of the same record.
 */
function redriveAfterSuccess(
  known: ItemRedrive | null,
  { redrive: { id, count } }: ProcessedEvent,
  { nowMs }: FoldSettings,
): ItemRedrive {
  const redrive = known ?? { id, count, claimedAtMs: nowMs, staleAtMs: nowMs, outcome: null };
  const isOver = redrive.outcome !== null && redrive.id !== id;
  return isOver ? redrive : { ...redrive, outcome: 'resolved' };
}

function afterPurge(item: DeadLetterItem, event: PurgeEvent, settings: FoldSettings): Ended {
  // Whoever claimed the purge that the event is of; where that one is not known, whoever claimed it last.
  const claims = item.history.filter(({ what }) => what === 'purge-claimed');
  const claimed = claims.findLast(({ jobId }) => jobId === event.jobId) ?? claims.at(-1);
  const jobId = claimed?.jobId ?? event.jobId;
  const ended: DeadLetterItem = {
    ...withoutContent(item),
    ...endedAt(item, 'purged', settings),
    history: withEntry(item.history, {
      atMs: settings.nowMs,
      what: 'purged',
      by: claimed?.by ?? 'unknown',
      from: 'purging',
      to: 'purged',
      ...(jobId !== undefined && { jobId }),
      invocation: settings.invocation,
    }),
  };
  return { kind: 'ended', before: item, item: ended };
}

/** What every end is. Pure, total. */
export function endedAt(
  { revision }: DeadLetterItem,
  state: 'resolved' | 'purged',
  { nowMs, resolvedRetentionMs }: Pick<FoldSettings, 'nowMs' | 'resolvedRetentionMs'>,
) {
  return {
    revision: revision + 1,
    state,
    // A tombstone lies where its envelope was.
    bytesMissing: true,
    changedAtMs: nowMs,
    expiresAtMs: nowMs + resolvedRetentionMs,
  };
}

/** Of one that somebody wants gone for good, the content is nowhere any more. Pure, total. */
export function withoutContent(item: DeadLetterItem): DeadLetterItem {
  return {
    ...item,
    originalMessage: null,
    originalMessageTruncated: item.originalMessageEncoding !== null,
  };
}
