import { mustBeRemembered } from '../decide/reindex.ts';
import {
  idPrefix,
  isNewIn,
  passAfter,
  smallerSpan,
  spanAfter,
  withMet,
} from '../decide/reindex-pass.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { OffsetRange, ReindexCounts, ReindexState, TopicState } from '../model/reindex.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { eachLoad } from './item-loads.ts';
import { mapBounded } from './map-bounded.ts';
import {
  askForErasure,
  countRepairs,
  repair,
  type Repair,
  type RepairDeps,
} from './reindex-repair.ts';

/** Dead letters that are mended side by side. */
const REPAIRS_MAX = 16;
/** Of one read. */
const READ_RECORDS_MAX = 500;
const READ_BYTES_MAX = 8 * 1024 * 1024;

export interface TopicDeps extends RepairDeps {
  readonly reader: RecordReader;
  readonly dlqTopic: string;
  readonly bounds: {
    /** Of a window; a record that is larger alone is a window of its own. */
    readonly windowRecordsMax: number;
    readonly windowBytesMax: number;
    /** Ids remembered at most. */
    readonly metMax: number;
  };
}

export interface Step {
  /** What is left to do; undefined: nothing of this phase. */
  readonly state: ReindexState | undefined;
  readonly counts: Partial<ReindexCounts>;
}

interface Window {
  readonly fromOffset: number;
  readonly records: number;
  /** The last record of each key in it. */
  readonly last: ReadonlyMap<string, ConsumedRecord>;
}

/**
 * One step through the DLQ topic: a pass begins, or the window before the last one is compared with the index, or a pass is
 * over. What is done twice changes nothing the second time.
 *
 * @param deadlineMs epoch ms
 * @throws AppError KAFKA_UNAVAILABLE, STORE_UNAVAILABLE, REGISTRY_UNAVAILABLE or PUBLISH_NOT_ACKNOWLEDGED
 */
export async function stepTopic(
  state: TopicState,
  deadlineMs: number,
  deps: TopicDeps,
): Promise<Step> {
  const { range } = state;
  if (range === null) return { state: await begin(state, deadlineMs, deps), counts: {} };
  if (range.below <= range.lowOffset) return { state: passAfter(state), counts: {} };
  const window = await readWindow(state, range, deadlineMs, deps);
  if (window === undefined) {
    return { state: { ...state, span: smallerSpan(state.span) ?? 1 }, counts: {} };
  }
  const met = newRecords(state, window);
  const repairs = await repairAll(met, deps);
  const erased = repairs.filter(({ did }) => did === 'erased').map(({ id }) => id);
  if (erased.length > 0) await askForErasure(erased, deadlineMs, deps);
  await countRepairs(repairs, deps);
  const remembered = repairs.filter(({ id, item }) =>
    mustBeRemembered(asTopicRecord(met, id), item),
  );
  const { windowRecordsMax, metMax } = deps.bounds;
  const next = {
    ...state,
    range: { ...range, below: window.fromOffset },
    span: spanAfter(state.span, window.records, windowRecordsMax),
  };
  const prefixes = remembered.map(({ id }) => idPrefix(id) ?? 0);
  return { state: withMet(next, prefixes, metMax), counts: countsOf(met.size, repairs) };
}

/** The pass with its offsets; undefined where the topic has no such partition: it is done. */
async function begin(
  state: TopicState,
  deadlineMs: number,
  { reader, dlqTopic }: TopicDeps,
): Promise<TopicState | undefined> {
  const partitions = await reader.offsets(dlqTopic, deadlineMs);
  if (partitions === undefined) {
    throw new AppError(
      'KAFKA_UNAVAILABLE',
      `Topic ${dlqTopic} does not exist: create it, or name another in KAFKA_DLQ_TOPIC`,
    );
  }
  const found = partitions.find(({ partition }) => partition === state.partition);
  if (found === undefined) return undefined;
  return { ...state, range: { lowOffset: found.lowOffset, below: found.highOffset } };
}

/** The records of the last `span` offsets; undefined: too many, or too large, and a smaller span has fewer. */
async function readWindow(
  { partition, span }: TopicState,
  { lowOffset, below }: OffsetRange,
  deadlineMs: number,
  { reader, dlqTopic, bounds }: TopicDeps,
): Promise<Window | undefined> {
  const fromOffset = Math.max(lowOffset, below - span);
  const options = { recordsMax: READ_RECORDS_MAX, bytesMax: READ_BYTES_MAX, deadlineMs };
  const last = new Map<string, ConsumedRecord>();
  let count = 0;
  let bytes = 0;
  for (let offset = fromOffset; offset < below;) {
    const read = await reader.read(dlqTopic, partition, offset, options);
    const records = read.filter((record) => record.offset < below);
    for (const record of records) {
      bytes += record.value?.length ?? 0;
      if (record.key !== null) last.set(Buffer.from(record.key).toString('utf8'), record);
    }
    count += records.length;
    const isTooMuch = count > bounds.windowRecordsMax || bytes > bounds.windowBytesMax;
    if (isTooMuch && smallerSpan(span) !== undefined) return undefined;
    if (records.length < read.length || records.length === 0) break;
    offset = (records.at(-1)?.offset ?? below) + 1;
  }
  return { fromOffset, records: count, last };
}

/** Those of this pass's ids whose last record lies in the window. */
function newRecords(state: TopicState, { last }: Window): ReadonlyMap<string, ConsumedRecord> {
  const isNew = isNewIn(state, new Set(state.met));
  return new Map(
    [...last].filter(([key]) => {
      const prefix = idPrefix(key);
      return prefix !== undefined && isNew(prefix);
    }),
  );
}

async function repairAll(
  records: ReadonlyMap<string, ConsumedRecord>,
  deps: TopicDeps,
): Promise<readonly Repair[]> {
  const ids = [...records.keys()];
  const items = await eachLoad(ids, (load) => deps.index.getMany(load));
  const byId = new Map<string, DeadLetterItem>(items.flat().map((item) => [item.id, item]));
  return mapBounded([...records], REPAIRS_MAX, ([id, record]) =>
    repair(id, record, byId.get(id), deps),
  );
}

function asTopicRecord(records: ReadonlyMap<string, ConsumedRecord>, id: string) {
  const { topic = '', partition = 0, offset = 0, value } = records.get(id) ?? {};
  return { at: { topic, partition, offset }, isTombstone: value === null };
}

function countsOf(read: number, repairs: readonly Repair[]): Partial<ReindexCounts> {
  const of = (did: Repair['did']) => repairs.filter((one) => one.did === did).length;
  return {
    read,
    opened: of('opened'),
    resolved: of('resolved'),
    erased: of('erased'),
    unreadable: of('unreadable'),
    left: of('left'),
  };
}
