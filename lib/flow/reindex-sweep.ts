import { fingerprint, type Fingerprint } from '../decide/fingerprint.ts';
import { isFinal } from '../decide/life.ts';
import { fingerprintOf, isOfFormerVersion, renewed } from '../decide/reindex.ts';
import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { SweepState } from '../model/reindex.ts';
import type { DeadLetterIndex, SweptItem } from '../ports/dead-letter-index.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { eachLoad } from './item-loads.ts';
import { mapBounded } from './map-bounded.ts';
import { putOrFind } from './put-item.ts';
import { decodeRecord, isKeyed } from './read-dead-letter.ts';
import type { Step } from './reindex-topic.ts';

/** Envelopes that are read, and items that are written, side by side. */
const WORK_MAX = 8;
/** Of one envelope's read; what is larger is read all the same. */
const READ_BYTES_MAX = 64 * 1024;

export interface SweepDeps {
  readonly index: DeadLetterIndex;
  readonly groups: GroupStore;
  readonly reader: RecordReader;
  readonly codec: EnvelopeCodec;
  readonly dlqTopic: string;
  /** Request id of this part of the reindex. */
  readonly invocation: string;
  /** Groups that are known to have a row; kept over the steps of one call. */
  readonly known: Set<string>;
  readonly bounds: {
    /** Items of one page. */
    readonly pageItems: number;
  };
}

/**
 * One page of the sweep: items of a former version are written as they are today, so that they are listed and counted in
 * their group, and every group that has an item has a row after it.
 *
 * @param deadlineMs epoch ms
 * @throws AppError STORE_UNAVAILABLE, KAFKA_UNAVAILABLE or REGISTRY_UNAVAILABLE
 */
export async function stepSweep(
  { after }: SweepState,
  deadlineMs: number,
  deps: SweepDeps,
): Promise<Step> {
  const { items, next } = await deps.index.sweep(deps.bounds.pageItems, after);
  const former = items.filter(isOfFormerVersion).map(({ id }) => id);
  const done = await renewAll(former, deadlineMs, deps);
  await makeRows(
    items.filter((item) => !isOfFormerVersion(item)),
    deadlineMs,
    deps,
  );
  return { state: next === null ? undefined : { phase: 'sweep', after: next }, counts: done };
}

/** Each on condition of its revision: where somebody changes it meanwhile, it is written as it is today then. */
async function renewAll(
  ids: readonly string[],
  deadlineMs: number,
  deps: SweepDeps,
): Promise<Step['counts']> {
  const { index, invocation } = deps;
  const loads = await eachLoad(ids, (load) => index.getMany(load));
  const written = await mapBounded(
    loads.flat().filter(isOfFormerVersion),
    WORK_MAX,
    async (item) => {
      const next = renewed(item, await envelopeOf(item, deadlineMs, deps), invocation);
      if (!(await putOrFind(next.item, index))) return false;
      await makeRow(next.item, next.title, deps);
      return true;
    },
  );
  return { renewed: written.filter(Boolean).length };
}

async function makeRows(
  items: readonly SweptItem[],
  deadlineMs: number,
  deps: SweepDeps,
): Promise<void> {
  for (const [group, members] of Map.groupBy(items, (item) => item.group)) {
    // What nothing is known of has no group.
    if (group === '' || deps.known.has(group)) continue;
    if ((await deps.groups.version(group)) > 0) {
      deps.known.add(group);
      continue;
    }
    // One that has not ended has an envelope, and in that the place where it failed.
    const item = members.find(({ state }) => !isFinal(state)) ?? members[0];
    if (item === undefined) continue;
    const { title } = await titled(item, deadlineMs, deps);
    await makeRow(item, title, deps);
  }
}

/** A row without counts, where there is none: what counts its group in the end fills it. */
async function makeRow(
  { id, group, errorType, arrivedAtMs }: SweptItem,
  title: string,
  { groups, known }: SweepDeps,
): Promise<void> {
  if (known.has(group)) return;
  known.add(group);
  const seen = { title, errorType, atMs: arrivedAtMs, example: id };
  await groups.apply({ group, counts: {}, seen });
}

/** As the writer said it, where the envelope is of this very failure; otherwise without the place where it failed. */
async function titled(item: SweptItem, deadlineMs: number, deps: SweepDeps): Promise<Fingerprint> {
  const { errorType: type, errorMessage: message, group } = item;
  const envelope = await envelopeOf(item, deadlineMs, deps);
  const whole = envelope && fingerprintOf(envelope);
  return whole?.group === group ? whole : fingerprint({ type, message });
}

/** The envelope that it points to; undefined where there is none: it has ended, or compaction moved it. */
async function envelopeOf(
  { id, state, envelopeAt }: Pick<DeadLetterItem, 'id' | 'state' | 'envelopeAt'>,
  deadlineMs: number,
  { reader, codec, dlqTopic }: SweepDeps,
): Promise<Envelope | undefined> {
  const { topic, partition, offset } = envelopeAt;
  if (isFinal(state) || topic !== dlqTopic) return undefined;
  const window = { recordsMax: 1, bytesMax: READ_BYTES_MAX, deadlineMs };
  const [record] = await reader.read(topic, partition, offset, window);
  if (record === undefined || !isKeyed(record, Buffer.from(id, 'utf8'))) return undefined;
  return decodeRecord(record, codec);
}
