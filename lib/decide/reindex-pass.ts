import type { TopicState } from '../model/reindex.ts';

/** Hex digits of an id that are looked at: 48 bits, which a number holds exactly. */
const PREFIX_DIGITS = 12;
const PREFIXES = 16 ** PREFIX_DIGITS;

/** Ids remembered at most; what the cursor has room for (codec/reindex-cursor.ts). */
export const MET_MAX = 3_000;

/** Offsets that a window spans. Where compaction left little, windows grow. */
const SPAN_FIRST = 100;
const SPAN_MAX = 2 ** 30;

const ID = /^[0-9a-f]{32}$/;

/**
 * Place of a dead letter's id among all ids; undefined for a key that is no id. Two ids share one once in 10^14 pairs:
 * then an envelope may be taken for one that has ended, and waits for the next reindex after the tombstone is gone. Pure,
 * total.
 */
export function idPrefix(key: string): number | undefined {
  return ID.test(key) ? Number.parseInt(key.slice(0, PREFIX_DIGITS), 16) : undefined;
}

/** The first pass over a partition. */
export function firstPass(partition: number): TopicState {
  return {
    phase: 'topic',
    partition,
    fromPrefix: 0,
    toPrefix: PREFIXES,
    range: null,
    span: SPAN_FIRST,
    met: [],
  };
}

/** What comes once a pass is over: the ids that it left out, or the next partition. Pure, total. */
export function passAfter({ partition, toPrefix }: TopicState): TopicState {
  if (toPrefix >= PREFIXES) return firstPass(partition + 1);
  return { ...firstPass(partition), fromPrefix: toPrefix };
}

/** Whether an id belongs to the pass, and was not met in it. Pure, total. */
export function isNewIn({ fromPrefix, toPrefix }: TopicState, met: ReadonlySet<number>) {
  return (prefix: number): boolean => prefix >= fromPrefix && prefix < toPrefix && !met.has(prefix);
}

/**
 * Remembers ids. Where these are too many, the lower ones stay, and the pass goes on with the ids below the others: what
 * was done for those is done once more in their own pass, and changes nothing then. Pure, total.
 */
export function withMet(
  state: TopicState,
  prefixes: readonly number[],
  metMax: number = MET_MAX,
): TopicState {
  const met = [...new Set([...state.met, ...prefixes])];
  if (met.length <= metMax) return { ...state, met };
  const sorted = met.toSorted((a, b) => a - b);
  const kept = Math.max(1, Math.floor((metMax * 7) / 8));
  return { ...state, met: sorted.slice(0, kept), toPrefix: sorted[kept] ?? state.toPrefix };
}

/** The next window's span after one that held so many records; as many as `recordsMax` are welcome. Pure, total. */
export function spanAfter(span: number, records: number, recordsMax: number): number {
  return records * 4 <= recordsMax ? Math.min(span * 2, SPAN_MAX) : span;
}

/** The span after one that held too much; undefined: it cannot be smaller. Pure, total. */
export function smallerSpan(span: number): number | undefined {
  return span <= 1 ? undefined : Math.ceil(span / 8);
}
