import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { mapBounded } from './map-bounded.ts';
import { decodeRecord, findEnvelope, isKeyed } from './read-dead-letter.ts';

/** Envelopes that lie further apart than this are read one by one. */
const GAP_RECORDS_MAX = 100;
/** What is asked for at a time: what comes beyond the window is decoded in vain, and what is lacking is asked for again. */
const ENVELOPE_BYTES = 4 * 1024;
const READ_BYTES_MIN = 64 * 1024;
const READ_BYTES_MAX = 8 * 1024 * 1024;
/** What is held in memory at a time, about: bytes of records as they are read. */
const BYTES_MAX = 16 * 1024 * 1024;
const READS_AT_ONCE = 4;

export interface ReadEnvelopesDeps {
  readonly reader: RecordReader;
  readonly codec: EnvelopeCodec;
}

type Pointed = Pick<DeadLetterItem, 'id' | 'envelopeAt'>;

/** Pointers into one partition, near each other, ascending. */
type Window = readonly [Pointed, ...Pointed[]];

/**
 * Envelopes of many dead letters: those that lie near each other are read together.
 *
 * @param deadlineMs epoch ms
 * @returns by id; undefined where it is gone, or was not found; without those for which there was no room. The first of
 *   them is always there.
 * @throws AppError KAFKA_UNAVAILABLE or REGISTRY_UNAVAILABLE
 */
export async function readEnvelopes(
  items: readonly Pointed[],
  deadlineMs: number,
  deps: ReadEnvelopesDeps,
): Promise<ReadonlyMap<string, Envelope | undefined>> {
  const found = new Map<string, Envelope | undefined>();
  const [first] = items;
  if (first === undefined) return found;
  let bytes = 0;

  const readWindow = async (window: Window): Promise<void> => {
    const { topic, partition } = window[0].envelopeAt;
    const last = window.at(-1)?.envelopeAt.offset ?? 0;
    const at = new Map(window.map((item) => [item.envelopeAt.offset, item]));
    let offset = window[0].envelopeAt.offset;
    while (offset <= last && bytes < BYTES_MAX) {
      const recordsMax = last - offset + 1;
      const guess = Math.max(READ_BYTES_MIN, recordsMax * ENVELOPE_BYTES);
      const reading = { recordsMax, bytesMax: Math.min(READ_BYTES_MAX, guess), deadlineMs };
      const records = await deps.reader.read(topic, partition, offset, reading);
      for (const record of records) {
        bytes += record.value?.length ?? 0;
        const item = at.get(record.offset);
        if (item === undefined || !isKeyed(record, Buffer.from(item.id, 'utf8'))) continue;
        const envelope = await decodeRecord(record, deps.codec);
        if (envelope !== undefined) found.set(item.id, envelope);
      }
      offset = records.length === 0 ? Infinity : (records.at(-1)?.offset ?? offset) + 1;
    }
    // What was read past and is not there has moved: compaction took it away.
    const stale = window.filter(
      ({ id, envelopeAt }) => envelopeAt.offset < offset && !found.has(id),
    );
    for (const item of stale) found.set(item.id, await findEnvelope(item, deadlineMs, deps));
  };

  await mapBounded(windowsOf(items), READS_AT_ONCE, readWindow);
  if (!found.has(first.id)) found.set(first.id, await findEnvelope(first, deadlineMs, deps));
  return found;
}

function windowsOf(items: readonly Pointed[]): Window[] {
  const byPartition = Map.groupBy(items, ({ envelopeAt: { topic, partition } }) =>
    [topic, partition].join('/'),
  );
  return [...byPartition.values()].flatMap((pointed) => {
    const windows: [Pointed, ...Pointed[]][] = [];
    for (const item of pointed.toSorted((a, b) => a.envelopeAt.offset - b.envelopeAt.offset)) {
      const window = windows.at(-1);
      const before = window?.at(-1)?.envelopeAt.offset;
      const isNear = before !== undefined && item.envelopeAt.offset - before <= GAP_RECORDS_MAX;
      if (isNear) window?.push(item);
      else windows.push([item]);
    }
    return windows;
  });
}
