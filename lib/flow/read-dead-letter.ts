import { asShown } from '../decide/dead-letter-item.ts';
import { isFinal } from '../decide/life.ts';
import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { RecordReader } from '../ports/record-reader.ts';

/** How far behind a stale pointer an envelope is looked for, in records, and how many at a time. */
const SEARCH_RECORDS_MAX = 20_000;
const WINDOW_RECORDS_MAX = 500;
const WINDOW_BYTES_MAX = 8 * 1024 * 1024;

export interface ReadDeadLetterDeps {
  readonly index: DeadLetterIndex;
  readonly reader: RecordReader;
  readonly codec: EnvelopeCodec;
}

export interface DeadLetterReading {
  readonly item: DeadLetterItem;
  /** As it is to be shown: the item's eleven fields; undefined where it is gone or was not found. */
  readonly envelope: Envelope | undefined;
}

/**
 * One dead letter with its exact bytes: the index item, and the envelope that it points to. Where compaction took that
 * record away, a later one with the same key is looked for from there on. Of one that has ended nothing is read, although
 * its envelope may lie before its tombstone for a while: what is purged is shown to nobody.
 *
 * @param deadlineMs epoch ms
 * @returns undefined where the index knows no such id
 * @throws AppError STORE_UNAVAILABLE, KAFKA_UNAVAILABLE or REGISTRY_UNAVAILABLE
 */
export async function readDeadLetter(
  id: string,
  deadlineMs: number,
  deps: ReadDeadLetterDeps,
): Promise<DeadLetterReading | undefined> {
  const item = await deps.index.get(id);
  if (item === undefined) return undefined;
  const envelope = isFinal(item.state) ? undefined : await findEnvelope(item, deadlineMs, deps);
  if (envelope === undefined) return { item: { ...item, bytesMissing: true }, envelope };
  return { item, envelope: asShown(envelope, item) };
}

/** The envelope at the item's pointer, or behind it; undefined where it is gone, or was not found. */
export async function findEnvelope(
  { id, envelopeAt }: Pick<DeadLetterItem, 'id' | 'envelopeAt'>,
  deadlineMs: number,
  { reader, codec }: Pick<ReadDeadLetterDeps, 'reader' | 'codec'>,
): Promise<Envelope | undefined> {
  const { topic, partition } = envelopeAt;
  const key = Buffer.from(id, 'utf8');
  let offset = envelopeAt.offset;
  let recordsMax = 1; // Nearly always the pointer is right.
  for (let read = 0; read < SEARCH_RECORDS_MAX; recordsMax = WINDOW_RECORDS_MAX) {
    const window = { recordsMax, bytesMax: WINDOW_BYTES_MAX, deadlineMs };
    const records = await reader.read(topic, partition, offset, window);
    const last = records.at(-1);
    if (last === undefined) return undefined;
    for (const record of records) {
      const envelope = isKeyed(record, key) ? await decodeRecord(record, codec) : undefined;
      if (envelope !== undefined) return envelope;
    }
    read += records.length;
    offset = last.offset + 1;
  }
  return undefined;
}

export function isKeyed(record: ConsumedRecord, key: Buffer): boolean {
  return record.key !== null && key.equals(record.key);
}

/** undefined: a tombstone, or nothing that is an envelope. */
export async function decodeRecord(
  record: ConsumedRecord,
  codec: EnvelopeCodec,
): Promise<Envelope | undefined> {
  if (record.value === null) return undefined;
  const envelope = await codec.decode(record.value);
  return 'unreadable' in envelope ? undefined : envelope;
}
