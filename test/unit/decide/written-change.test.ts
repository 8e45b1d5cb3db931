import { expect, it } from 'vitest';
import { claim, discard, restore } from '../../../lib/decide/life.ts';
import { smallerItem } from '../../../lib/decide/dead-letter-item.ts';
import { hasChange } from '../../../lib/decide/written-change.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const change = (atMs: number, jobId = 'job-1') => ({ atMs, by: 'ann', jobId, reason: 'mended' });
const before = deadLetterItem();
const after = discard(before, change(5))!;

it.each([
  ['as it was written', after, true],
  ['made smaller for the store', smallerItem(after), true],
  ['and changed since', restore(after, change(9, 'job-2'))!, true],
  ['not written', before, false],
  ['of another job', discard(before, change(5, 'job-2'))!, false],
  ['of another moment', discard(before, change(6))!, false],
  ['another change', claim(before, change(5), 1)!, false],
] as const)('a change is there, or it is not: %s', (_name, item, isThere) => {
  expect(hasChange(item, after)).toBe(isThere);
});

it('two invocations that fold the same in one instant know each its own', () => {
  const entry = after.history.at(-1)!;
  const foldedBy = (invocation: string) => ({
    ...after,
    history: [...before.history, { ...entry, invocation }],
  });
  expect(hasChange(foldedBy('r-1'), foldedBy('r-1'))).toBe(true);
  expect(hasChange(foldedBy('r-1'), foldedBy('r-2'))).toBe(false);
});
