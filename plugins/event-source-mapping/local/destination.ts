import { Producer, compatibilityPartitioner } from '@platformatic/kafka';
import type { Behaviour } from './behaviour.ts';
import { eventJson, type EventSourceIdentity } from './event.ts';
import { errorText, hasKafkaError } from './kafka-errors.ts';
import { functionArn } from './runtime/child-environment.ts';
import type { EncodedRecord, EventSourceLog } from './types.ts';

/** AWS's pages spell the first in two ways; of a record that is too old they say nothing. Both are settings. */
export type DiscardCondition =
  Behaviour['retriesCondition'] | Behaviour['ageCondition'] | 'MaximumPayloadSizeExceeded';

export interface DiscardedRecord {
  readonly record: EncodedRecord;
  readonly functionName: string;
  readonly condition: DiscardCondition;
  /** Of the last invocation; empty where there was none. */
  readonly requestId: string;
  readonly invokeCount: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * The value of the record that AWS writes to a Kafka destination, one for each failed record. Pure.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export function destinationJson(discarded: DiscardedRecord, source: EventSourceIdentity): string {
  const { record, condition, requestId, invokeCount, nowMs, functionName } = discarded;
  const payload = eventJson([record], source);
  const wasInvoked = invokeCount > 0;
  const metadata = {
    requestContext: {
      requestId,
      functionArn: functionArn(functionName),
      condition,
      approximateInvokeCount: invokeCount,
    },
    responseContext: wasInvoked
      ? { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' }
      : null,
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn: source.eventSourceArn,
      bootstrapServers: source.bootstrapServers,
      payloadSize: Buffer.byteLength(payload),
      recordInfo: {
        offset: record.offset,
        timestamp: isoTime(record.timestampMs),
      },
    },
  };
  return `${JSON.stringify(metadata).slice(0, -1)},"payload":${payload}}`;
}

export interface DestinationRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: string;
}

export interface Destination {
  /**
   * Writes one record, acknowledged by all in-sync replicas; tries again for a while.
   * @returns false where that did not help
   */
  deliver(record: DestinationRecord, isCancelled: () => boolean): Promise<boolean>;
  close(): Promise<void>;
}

const TRIES_MAX = 8;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

/** Kafka topics as on-failure destinations; connects at the first delivery. */
export function createDestination(brokers: readonly string[], log: EventSourceLog): Destination {
  let producer: Producer | undefined;
  const connect = (): Producer => {
    producer ??= new Producer({
      clientId: 'event-source-mapping',
      bootstrapBrokers: [...brokers],
      retries: 0,
      partitioner: compatibilityPartitioner,
    });
    return producer;
  };
  return {
    async deliver({ topic, key, value }, isCancelled) {
      for (let attempt = 0; attempt < TRIES_MAX && !isCancelled(); attempt++) {
        try {
          const message = { topic, value: Buffer.from(value) };
          await connect().send({
            messages: [key === null ? message : { ...message, key: Buffer.from(key) }],
            acks: -1,
          });
          return true;
        } catch (error) {
          log.debug(`Destination ${topic}: ${errorText(error)}`);
          if (hasKafkaError(error, 'MESSAGE_TOO_LARGE')) return false;
          producer?.clearMetadata();
          const delayMs = Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_MAX_MS);
          await new Promise((resolve) => setTimeout(resolve, delayMs));
        }
      }
      return false;
    },
    async close() {
      await producer?.close().catch(() => undefined);
    },
  };
}

/** A producer may write any 64-bit number as timestamp; a Date tells times up to ±8.64e15 ms. */
function isoTime(timestampMs: number): string {
  const max = 8.64e15;
  return new Date(Math.min(Math.max(timestampMs, -max), max)).toISOString();
}
