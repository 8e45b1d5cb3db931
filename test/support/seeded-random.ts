import { createHash } from 'node:crypto';

/** Chance that is the same for the same seed. */
export interface SeededRandom {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** The list in another order; the list itself stays. */
  shuffled<T>(list: readonly T[]): T[];
}

/** Text in, the same series of numbers out. Nothing is thrown. */
export function createSeededRandom(seed: string): SeededRandom {
  let drawn = 0;
  const next = (): number =>
    createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32BE(0) / 2 ** 32;
  return {
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    shuffled: (list) =>
      list
        .map((item) => ({ item, rank: next() }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  };
}
