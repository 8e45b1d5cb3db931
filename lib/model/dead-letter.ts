import type { ErrorDetail, Reason } from './failure.ts';
import type { Origin, RecordContent, TopicPartitionOffset } from './record.ts';
import type { Redrive } from './retry.ts';
import type { Trace } from './trace.ts';

/** The function that gave a record up, as AWS names it. */
export interface FunctionIdentity {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly requestId: string;
}

/**
 * "Failed for good": what the order functions write to the intake topic. The record in it is without our state header.
 * Times are epoch milliseconds.
 */
export interface FailedEvent {
  readonly kind: 'failed';
  /** decide/dead-letter-id.ts; also the key of the intake record. */
  readonly id: string;
  readonly reason: Reason;
  /** All attempts made, ≥ 1. */
  readonly attempts: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly origin: Origin;
  /** Where the record lay when it failed for the last time (a retry topic, or the origin). */
  readonly failedAt: TopicPartitionOffset;
  readonly error: ErrorDetail;
  readonly by: FunctionIdentity;
  readonly record: RecordContent;
  /** There where the record's bytes would not fit: what is known of them. `record` is without them then. */
  readonly leftOut?: RecordSummary;
  readonly redrive?: Redrive;
}

/** What a dead letter says of a record whose bytes it does not have; its trace, where it belongs to one. */
export interface RecordSummary extends Partial<Trace> {
  /** null where none can be read from the value. */
  readonly orderId: string | null;
  /** null where the record had no value, here and below. */
  readonly originalMessageEncoding: 'utf-8' | 'base64' | null;
  readonly valueSizeBytes: number | null;
  /** Hex. */
  readonly valueSha256: string | null;
}

/**
 * "Processed after redrive": written, and acknowledged, before the redriven record counts as settled. Times are epoch
 * milliseconds.
 */
export interface ProcessedEvent {
  readonly kind: 'processed';
  readonly id: string;
  readonly origin: Origin;
  readonly redrive: Redrive;
  /** Attempts of this time round, ≥ 1. */
  readonly attempts: number;
  readonly processedAtMs: number;
  readonly by: FunctionIdentity;
}

/**
 * "Take its content off the DLQ topic": a dead letter that is being purged is purged for good; one that has ended gets
 * its tombstone again; nothing else changes.
 */
export interface PurgeEvent {
  readonly kind: 'purge';
  readonly id: string;
  /** The job that asks for it; absent: a comparison of topic and index does. */
  readonly jobId?: string;
  readonly askedAtMs: number;
}

/** The events that the one writer folds into the state of a dead letter. */
export type IntakeEvent = FailedEvent | ProcessedEvent | PurgeEvent;

/** The eleven fields, with the contract's names and meanings. */
export interface ElevenFields {
  /** The original value as text; base64 where it is not UTF-8; null where the record had no value, or where it is left out. */
  readonly originalMessage: string | null;
  readonly errorMessage: string;
  readonly errorType: string;
  readonly retryCount: number;
  readonly failedAttempts: number;
  /** ISO 8601 UTC. */
  readonly firstFailureTimestamp: string;
  readonly lastFailureTimestamp: string;
  readonly originalTopic: string;
  readonly originalPartition: number;
  readonly originalOffset: number;
  readonly consumerGroup: string;
}

/** The document that a dead letter is stored as in the DLQ topic (docs/contracts.md). */
export interface Envelope extends ElevenFields {
  readonly schemaVersion: number;
  readonly id: string;
  readonly reason: Reason;
  readonly orderId: string | null;
  readonly originalMessageEncoding: 'utf-8' | 'base64' | null;
  readonly originalKey: Uint8Array | null;
  readonly originalValue: Uint8Array | null;
  readonly originalHeaders: RecordContent['headers'];
  /** Epoch milliseconds. */
  readonly originalTimestamp: number;
  /** True where the exact bytes are not in here (too large to keep): size and hash of the value are all the same. */
  readonly bytesMissing: boolean;
  /** True where `originalMessage` alone was left out for its size. */
  readonly originalMessageTruncated: boolean;
  readonly valueSizeBytes: number | null;
  readonly valueSha256: string | null;
  readonly failedAt: TopicPartitionOffset;
  /** Attempts over all redrives. */
  readonly totalAttempts: number;
  readonly redriveCount: number;
  readonly errorStack: string | null;
  readonly errorCauses: ErrorDetail['causes'];
  readonly by: FunctionIdentity;
  /** Fields that only a newer version of the service knows, as JSON values: shown, never written. */
  readonly unknownFields?: object;
}

/**
 * open → redriving → resolved, or open again; open → discarded → open again, or purging → purged. Resolved and purged are
 * final: nothing leads out of them.
 */
export const DEAD_LETTER_STATES = [
  'open',
  'redriving',
  'resolved',
  'discarded',
  'purging',
  'purged',
] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/** The last redrive of a dead letter. */
export interface ItemRedrive extends Redrive {
  readonly claimedAtMs: number;
  /** Epoch ms; without an outcome by then it is stale, and can be redriven again. */
  readonly staleAtMs: number;
  /** How it ended: processed, failed for good, or called off before it was sent; null: no outcome is known yet. */
  readonly outcome: 'resolved' | 'failed' | 'released' | null;
}

export const HISTORY_KINDS = [
  'failed',
  'failed-again',
  'claimed',
  'released',
  'resolved',
  'discarded',
  'restored',
  'purge-claimed',
  'purged',
  'found-in-topic',
] as const;

/** One change of a dead letter: who, when, what, why, before and after. */
export interface HistoryEntry {
  readonly atMs: number;
  readonly what: (typeof HISTORY_KINDS)[number];
  /** An operator as the API knows them, or the name of the function that changed it. */
  readonly by: string;
  readonly from: DeadLetterState | null;
  readonly to: DeadLetterState;
  /** The job that it belongs to, a redrive's id included. */
  readonly jobId?: string;
  /** Of an event, and of what a reindex found: request id of the invocation that wrote it. */
  readonly invocation?: string;
  /** Of an operator. */
  readonly reason?: string;
  readonly error?: { readonly type: string; readonly message: string };
}

/** What the index holds of a dead letter. `originalMessage` is cut to 8 KiB. */
export interface DeadLetterItem extends ElevenFields {
  readonly id: string;
  /** Rises by one with every change; changes are conditional on the revision read. */
  readonly revision: number;
  readonly state: DeadLetterState;
  readonly reason: Reason;
  readonly orderId: string | null;
  readonly originalMessageTruncated: boolean;
  readonly originalMessageEncoding: 'utf-8' | 'base64' | null;
  readonly bytesMissing: boolean;
  /** When it got into the DLQ for the first time, epoch milliseconds: what lists are sorted by. */
  readonly arrivedAtMs: number;
  readonly redriveCount: number;
  readonly envelopeAt: TopicPartitionOffset;
  /** Fingerprint of its failure (decide/fingerprint.ts): those of one cause share it. */
  readonly group: string;
  /** Attempts over all redrives. */
  readonly totalAttempts: number;
  /** Epoch ms of its last change. */
  readonly changedAtMs: number;
  /** null: never redriven. */
  readonly redrive: ItemRedrive | null;
  /** The newest last; bounded (decide/history.ts). */
  readonly history: readonly HistoryEntry[];
  /** Of an ended one: epoch ms from which on the index may forget it; null: never. */
  readonly expiresAtMs: number | null;
}

/** What a plan goes by. */
export const CANDIDATE_FIELDS = [
  'id',
  'state',
  'group',
  'redriveCount',
  'redrive',
  'bytesMissing',
  'arrivedAtMs',
  'firstFailureTimestamp',
  'originalTopic',
  'originalPartition',
  'originalOffset',
] as const satisfies readonly (keyof DeadLetterItem)[];
export type Candidate = Pick<DeadLetterItem, (typeof CANDIDATE_FIELDS)[number]>;

/** Dead letters whose failures have one fingerprint. */
export interface DeadLetterGroup {
  /** The fingerprint. */
  readonly group: string;
  /** One line for people: error type and message, its variable parts as placeholders. */
  readonly title: string;
  readonly errorType: string;
  readonly counts: Readonly<Record<DeadLetterState, number>>;
  /** Epoch ms: arrival of its first failure, and of its newest one. */
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** Id of one of its dead letters. */
  readonly example: string;
}
