import { expect, it } from 'vitest';
import { createSeededRandom } from '../../support/seeded-random.ts';

it('the same seed gives the same chance, another one another', () => {
  const draw = (seed: string) => {
    const random = createSeededRandom(seed);
    return [random.between(0, 1e9), random.shuffled([1, 2, 3, 4, 5, 6, 7, 8])];
  };

  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});

it('stays within its bounds, both included', () => {
  const random = createSeededRandom('bounds');
  const drawn = Array.from({ length: 200 }, () => random.between(2, 4));
  expect(new Set(drawn)).toEqual(new Set([2, 3, 4]));
});
