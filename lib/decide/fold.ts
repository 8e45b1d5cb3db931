import type {
  DeadLetterItem,
  FailedEvent,
  IntakeEvent,
  ProcessedEvent,
  PurgeEvent,
} from '../model/dead-letter.ts';
import { withEntry } from './history.ts';
import { isFinal } from './life.ts';
import { toResolvedStub } from './resolved-stub.ts';

/** What an event makes of a dead letter. */
export type NextState =
  | { readonly kind: 'unchanged' }
  /** It has ended: its tombstone is written again, for a late writer may have brought the envelope back. */
  | { readonly kind: 'erased-again'; readonly item: DeadLetterItem }
  /** It failed for good, for the first time or once more: the envelope, then the item (decide/dead-letter-item.ts). */
  | {
      readonly kind: 'open';
      /** Of the item that comes next. */
      readonly revision: number;
      /** When it got into the DLQ for the first time. */
      readonly arrivedAtMs: number;
      readonly previous: DeadLetterItem | undefined;
    }
  /** It ends: the tombstone, then this item. */
  | {
      readonly kind: 'ended';
      readonly before: DeadLetterItem | undefined;
      readonly item: DeadLetterItem;
    };

export interface FoldSettings {
  /** Epoch ms. */
  readonly nowMs: number;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
  /** The service's base group, for a dead letter that nothing else is known of. */
  readonly consumerGroup: string;
}

/**
 * Next state of a dead letter = f(its item, an event). A success resolves, whatever the state. A failure counts where
 * there is no item yet, or where the item is being redriven under that very id. A purge counts for one that is being
 * purged. Anything else (duplicates, late events, a second writer's) changes nothing; one that has ended gets its
 * tombstone again. Pure, total.
 *
 * @param item what the index holds; undefined: nothing
 */
export function foldDeadLetter(
  item: DeadLetterItem | undefined,
  event: IntakeEvent,
  settings: FoldSettings,
): NextState {
  if (item !== undefined && isFinal(item.state)) return { kind: 'erased-again', item };
  switch (event.kind) {
    case 'failed':
      return afterFailure(item, event, settings);
    case 'processed':
      return afterSuccess(item, event, settings);
    case 'purge':
      return afterPurge(item, event, settings);
    default:
      return event satisfies never;
  }
}

function afterFailure(
  item: DeadLetterItem | undefined,
  { redrive }: FailedEvent,
  { nowMs }: FoldSettings,
): NextState {
  if (item === undefined) {
    return { kind: 'open', revision: 1, arrivedAtMs: nowMs, previous: undefined };
  }
  if (item.state !== 'redriving' || redrive === undefined || redrive.id !== item.redrive?.id) {
    return { kind: 'unchanged' };
  }
  const { arrivedAtMs, revision } = item;
  return { kind: 'open', revision: revision + 1, arrivedAtMs, previous: item };
}

function afterSuccess(
  item: DeadLetterItem | undefined,
  event: ProcessedEvent,
  settings: FoldSettings,
): NextState {
  const { nowMs } = settings;
  const before = item ?? toResolvedStub(event, settings);
  const { id, count } = event.redrive;
  const known = item?.redrive?.id === id ? item.redrive : undefined;
  const redrive = known ?? { id, count, claimedAtMs: nowMs, staleAtMs: nowMs };
  return {
    kind: 'ended',
    before: item,
    item: {
      ...before,
      revision: before.revision + 1,
      state: 'resolved',
      bytesMissing: true,
      redriveCount: Math.max(before.redriveCount, count),
      redrive: { ...redrive, outcome: 'resolved' },
      totalAttempts: before.totalAttempts + event.attempts,
      changedAtMs: nowMs,
      expiresAtMs: nowMs + settings.resolvedRetentionMs,
      history: withEntry(before.history, {
        atMs: nowMs,
        what: 'resolved',
        by: event.by.functionName,
        from: item?.state ?? null,
        to: 'resolved',
        jobId: id,
      }),
    },
  };
}

function afterPurge(
  item: DeadLetterItem | undefined,
  event: PurgeEvent,
  { nowMs, resolvedRetentionMs }: FoldSettings,
): NextState {
  if (item?.state !== 'purging') return { kind: 'unchanged' };
  return {
    kind: 'ended',
    before: item,
    item: {
      ...item,
      revision: item.revision + 1,
      state: 'purged',
      // For good: the content is nowhere any more.
      originalMessage: null,
      originalMessageTruncated: item.originalMessageEncoding !== null,
      bytesMissing: true,
      changedAtMs: nowMs,
      expiresAtMs: nowMs + resolvedRetentionMs,
      history: withEntry(item.history, {
        atMs: nowMs,
        what: 'purged',
        by: item.history.at(-1)?.by ?? 'unknown',
        from: 'purging',
        to: 'purged',
        ...(event.jobId !== undefined && { jobId: event.jobId }),
      }),
    },
  };
}
