import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstPiece,
  nextPieces,
  redeliveryDelayMs,
  type Piece,
} from '../../../../../plugins/event-source-mapping/local/piece.ts';
import { BEHAVIOUR_DEFAULTS } from '../../../../../plugins/event-source-mapping/local/behaviour.ts';
import { recordsAt } from '../../../../support/polled-records.ts';

const records = recordsAt(0, 1, 2, 3, 4, 5);
const options = {
  requestId: 'request-1',
  unsettled: records,
  bisect: false,
  retriesMax: 3,
  nowMs: 1000,
  behaviour: BEHAVIOUR_DEFAULTS,
};

describe('nextPieces', () => {
  it('gives nothing more where all is settled', () => {
    const decision = nextPieces(firstPiece(records), { ...options, unsettled: [] });
    expect(decision).toEqual({ pieces: [], exhausted: [] });
  });

  it('delivers exactly the unsettled records again, after a wait', () => {
    const [, second, third] = records;
    const unsettled = records.filter((record) => record === second || record === third);
    const { pieces } = nextPieces(firstPiece(records), { ...options, unsettled });
    expect(pieces).toEqual([
      {
        records: unsettled,
        retries: 1,
        invokeCount: 1,
        requestId: 'request-1',
        notBeforeMs: 1000 + redeliveryDelayMs(1),
      },
    ]);
  });

  it('gives up after the last retry, not before', () => {
    let piece: Piece | undefined = firstPiece(records);
    let invocations = 0;
    while (piece !== undefined) {
      invocations++;
      const decision = nextPieces(piece, options);
      [piece] = decision.pieces;
      if (piece === undefined) expect(decision.exhausted).toEqual(records);
    }
    expect(invocations).toBe(1 + options.retriesMax);
  });

  it('with bisect splits in order, loses nothing, and narrows to one record without spending a retry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), (count) => {
        const many = recordsAt(0, ...Array.from({ length: count }, (_, index) => index));
        const { pieces } = nextPieces(firstPiece(many), {
          ...options,
          unsettled: many,
          bisect: true,
        });
        expect(pieces.flatMap((piece) => piece.records)).toEqual(many);
        expect(pieces.map(({ retries }) => retries)).toEqual([0, 0]);
        expect(pieces.every((piece) => piece.records.length > 0)).toBe(true);
      }),
    );
    const [one] = records;
    const alone = one === undefined ? [] : [one];
    const split = nextPieces(firstPiece(alone), { ...options, unsettled: alone, bisect: true });
    expect(split.pieces).toMatchObject([{ records: alone, retries: 1 }]);
  });

  it('by the settings, a split spends a retry, and the redelivery comes at once', () => {
    const behaviour = { bisectSpendsRetry: 'yes', redeliveryDelay: 'none' } as const;
    const split = { ...options, bisect: true, retriesMax: 1, behaviour };
    const { pieces } = nextPieces(firstPiece(records), split);
    expect(pieces.map(({ retries, notBeforeMs }) => [retries, notBeforeMs])).toEqual([
      [1, 1000],
      [1, 1000],
    ]);
    const [half] = pieces;
    const unsettled = half?.records ?? [];
    expect(nextPieces(half ?? firstPiece([]), { ...split, unsettled }).exhausted).toEqual(
      unsettled,
    );
  });
});

describe('redeliveryDelayMs', () => {
  it('grows to a bound, and is never nothing', () => {
    const delays = [1, 2, 3, 4, 5, 6, 10_000].map(redeliveryDelayMs);
    expect(delays).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });
});
