import { expect, it } from 'vitest';
import { backlogOf, isProcessing } from '../../../lib/decide/retry-backlog.ts';

it.each([
  { low: 0, high: 10, committed: 4, gives: { fromOffset: 4, count: 6 } },
  { low: 0, high: 10, committed: 10, gives: { fromOffset: 10, count: 0 } },
  { low: 0, high: 10, committed: undefined, gives: { fromOffset: 0, count: 10 } }, // Nobody has read yet.
  { low: 7, high: 10, committed: undefined, gives: { fromOffset: 7, count: 3 } },
  { low: 7, high: 10, committed: 2, gives: { fromOffset: 7, count: 3 } }, // Retention was faster.
  { low: 0, high: 3, committed: 9, gives: { count: 0 } }, // The topic was deleted and made again.
  { low: 0, high: 0, committed: undefined, gives: { fromOffset: 0, count: 0 } },
])('low $low, high $high, committed $committed: $gives', ({ low, high, committed, gives }) => {
  const progress = { partition: 3, lowOffset: low, highOffset: high, committed };

  expect(backlogOf(progress)).toMatchObject({ partition: 3, ...gives });
});

const member = (assignments: Record<string, number[]>) => ({
  assignments: new Map(Object.entries(assignments)),
});

it.each([
  { what: 'a member holds a partition', state: 'Stable', members: [member({ t: [0] })], is: true },
  {
    what: 'one of two members holds a partition',
    state: 'Stable',
    members: [member({}), member({ t: [2] })],
    is: true,
  },
  { what: 'its members hold none', state: 'Stable', members: [member({ t: [] })], is: false },
  {
    what: 'its members hold another topic',
    state: 'Stable',
    members: [member({ u: [0] })],
    is: false,
  },
  { what: 'it has no members', state: 'Stable', members: [], is: false },
  { what: 'it is empty', state: 'Empty', members: [], is: false },
  {
    what: 'it rebalances',
    state: 'PreparingRebalance',
    members: [member({ t: [0] })],
    is: false,
  },
  { what: 'nobody knows it', state: 'Dead', members: [], is: false },
])('a group where $what: running is $is', ({ state, members, is }) => {
  expect(isProcessing({ state, members }, 't')).toBe(is);
});
