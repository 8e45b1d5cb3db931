import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearestName } from '../../../lib/decide/nearest-name.ts';

const KNOWN = ['limit', 'cursor', 'reason', 'errorType', 'orderId', 'from', 'to'];

it.each([
  { name: 'limt', meant: 'limit' },
  { name: 'LIMIT', meant: 'limit' },
  { name: 'error_type', meant: 'errorType' },
  { name: 'orderid', meant: 'orderId' },
  { name: 'xyzzyxyzzy', meant: undefined },
])('$name was meant as $meant', ({ name, meant }) => {
  expect(nearestName(name, KNOWN)).toBe(meant);
});

it('suggests nothing where nothing is known', () => {
  expect(nearestName('limit', [])).toBeUndefined();
});

it('finds every known name from itself with one letter wrong', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('cursor', 'reason', 'errorType', 'orderId'),
      fc.nat(),
      (name, n) => {
        const at = n % name.length;
        expect(nearestName(`${name.slice(0, at)}#${name.slice(at + 1)}`, KNOWN)).toBe(name);
      },
    ),
  );
});
