import type { RecordContent } from '../model/record.ts';

/** A record ready to be written; its partition is decided by whoever builds it. */
export interface OutgoingRecord extends RecordContent {
  readonly partition: number;
}

/** A record to be written to a topic. `build` is pure, and may be called again when the topic gained partitions. */
export interface PublishRequest {
  readonly topic: string;
  /** @param partitionCount of the topic, ≥ 1 */
  build(partitionCount: number): OutgoingRecord;
}

/** What became of one record. Only `acknowledged` means that it is there. */
export type PublishOutcome =
  /** All in-sync replicas have it. */
  | { readonly kind: 'acknowledged'; readonly partition: number; readonly offset: number }
  /** The broker refuses this very record (MESSAGE_TOO_LARGE with the record alone in its batch): no waiting heals that. */
  | { readonly kind: 'too-large'; readonly error: Error }
  /** No acknowledgement until the deadline; it may be there or not. */
  | { readonly kind: 'unknown'; readonly error: Error };

export interface PublishOptions {
  /** Epoch ms: the publisher tries again, with backoff, until then; then it answers and sends nothing more. */
  readonly deadlineMs: number;
  /**
   * Called at most once for each request: when it could not be handed on at the first try, or when the deadline came
   * without an answer to it.
   */
  onFirstFailure?(requestIndex: number, error: Error): void;
  /** Called once for each request that is acknowledged, as soon as it is. */
  onAcknowledged?(requestIndex: number): void;
}

export interface RecordPublisher {
  /** One outcome for each request, in their order. Never rejects. */
  publish(requests: readonly PublishRequest[], options: PublishOptions): Promise<PublishOutcome[]>;
}
