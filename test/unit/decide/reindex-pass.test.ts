import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstPass,
  idPrefix,
  isNewIn,
  passAfter,
  smallerSpan,
  spanAfter,
  withMet,
} from '../../../lib/decide/reindex-pass.ts';
import { idOf } from '../../support/dead-letter-items.ts';

describe('the place of an id', () => {
  it.each([
    ['0'.repeat(32), 0],
    [`0000000000ff${'0'.repeat(20)}`, 255],
    ['f'.repeat(32), 2 ** 48 - 1],
    ['', undefined],
    ['0'.repeat(31), undefined],
    ['G'.repeat(32), undefined],
    ['F'.repeat(32), undefined],
  ])('%s: %s', (key, expected) => {
    expect(idPrefix(key)).toBe(expected);
  });
});

describe('passes over a partition', () => {
  it('meet every id whole, whatever is to be remembered, and then the next partition begins', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(100_000), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        (seeds, window, metMax) => {
          const prefixes = seeds.map((seed) => idPrefix(idOf(seed))!);
          const whole = new Set<number>();
          let state = firstPass(5);
          for (let passes = 0; state.partition === 5; passes++) {
            expect(passes).toBeLessThan(100);
            const inPass: number[] = [];
            for (let at = 0; at < prefixes.length; at += window) {
              const isNew = isNewIn(state, new Set(state.met));
              const met = prefixes.slice(at, at + window).filter(isNew);
              inPass.push(...met);
              state = withMet(state, met, metMax);
              expect(state.met.length).toBeLessThanOrEqual(Math.max(metMax, 1));
            }
            // What the pass narrowed itself to was there from its beginning.
            for (const one of inPass) if (one < state.toPrefix) whole.add(one);
            state = passAfter(state);
          }
          expect(whole).toEqual(new Set(prefixes));
          expect(state).toEqual(firstPass(6));
        },
      ),
    );
  });

  it('takes no id twice in one pass', () => {
    const state = withMet(firstPass(0), [7]);
    const isNew = isNewIn(state, new Set(state.met));
    expect([6, 7, 8].filter(isNew)).toEqual([6, 8]);
  });
});

describe('the span of a window', () => {
  it.each([
    [512, 0, 1024],
    [512, 250, 1024],
    [512, 251, 512],
    [512, 512, 512],
    [2 ** 30, 0, 2 ** 30],
  ])('after %i offsets with %i records: %i', (span, records, expected) => {
    expect(spanAfter(span, records, 1_000)).toBe(expected);
  });

  it('that is too large shrinks to a single offset', () => {
    expect([4096, 512, 64, 8, 2].map(smallerSpan)).toEqual([512, 64, 8, 1, 1]);
    expect(smallerSpan(1)).toBeUndefined();
  });
});
