import { BEHAVIOUR_DEFAULTS, type Behaviour } from './behaviour.ts';
import type { EncodedRecord, PolledRecord } from './types.ts';

/**
 * Largest payload of an invocation, in bytes of JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html ("6 MB", not configurable)
 */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

export interface EventSourceIdentity {
  readonly eventSourceArn: string;
  /** `host:port`, comma-separated. */
  readonly bootstrapServers: string;
}

/** Key of a partition in `event.records` and in item identifiers. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/**
 * A record as AWS puts it into the event, as JSON text. A missing key or value is left out (AWS says nothing; what was
 * seen is that it is missing), or by the setting null; header values are arrays of Java's signed bytes.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export function recordJson(
  record: PolledRecord,
  { missingKeyOrValue }: Pick<Behaviour, 'missingKeyOrValue'> = BEHAVIOUR_DEFAULTS,
): string {
  const parts = [
    `"topic":${JSON.stringify(record.topic)}`,
    `"partition":${record.partition}`,
    `"offset":${record.offset}`,
    `"timestamp":${record.timestampMs}`,
    `"timestampType":"${record.timestampType}"`,
  ];
  for (const name of ['key', 'value'] as const) {
    const bytes = record[name];
    if (bytes !== null) parts.push(`"${name}":"${base64(bytes)}"`);
    else if (missingKeyOrValue === 'null') parts.push(`"${name}":null`);
  }
  parts.push(`"headers":[${record.headers.map(headerJson).join(',')}]`);
  return `{${parts.join(',')}}`;
}

/** @param polledAtMs monotonic clock, milliseconds */
export function encodeRecord(
  record: PolledRecord,
  polledAtMs: number,
  behaviour: Behaviour = BEHAVIOUR_DEFAULTS,
): EncodedRecord {
  const json = recordJson(record, behaviour);
  return { ...record, json, jsonBytes: Buffer.byteLength(json), polledAtMs };
}

/** The event of a batch, as JSON text; records of a partition stand in the order in which they are given. */
export function eventJson(records: readonly EncodedRecord[], source: EventSourceIdentity): string {
  const byPartition = new Map<string, string[]>();
  for (const record of records) {
    const key = partitionKey(record.topic, record.partition);
    const texts = byPartition.get(key);
    if (texts === undefined) byPartition.set(key, [record.json]);
    else texts.push(record.json);
  }
  const entries = [...byPartition].map(
    ([key, texts]) => `${JSON.stringify(key)}:[${texts.join(',')}]`,
  );
  return `${eventHead(source)}${entries.join(',')}}}`;
}

/** Bytes that a record adds to an event; `isFirst`: of its partition. */
export function payloadBytesOf(record: EncodedRecord, isFirst: boolean): number {
  // "key":[…], — or a comma behind the record before it.
  const frame = isFirst ? Buffer.byteLength(partitionKey(record.topic, record.partition)) + 6 : 1;
  return record.jsonBytes + frame;
}

/** Bytes of an event without records. */
export function emptyEventBytes(source: EventSourceIdentity): number {
  return Buffer.byteLength(eventHead(source)) + 2;
}

function eventHead({ eventSourceArn, bootstrapServers }: EventSourceIdentity): string {
  return `{"eventSource":"aws:kafka","eventSourceArn":${JSON.stringify(eventSourceArn)},"bootstrapServers":${JSON.stringify(bootstrapServers)},"records":{`;
}

function headerJson([name, value]: readonly [string, Uint8Array | null]): string {
  const bytes =
    value === null
      ? 'null'
      : `[${new Int8Array(value.buffer, value.byteOffset, value.byteLength).join(',')}]`;
  return `{${JSON.stringify(name)}:${bytes}}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
