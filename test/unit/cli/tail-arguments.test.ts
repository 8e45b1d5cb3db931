import { expect, it } from 'vitest';
import { parseTailArguments, waitingText } from '../../../cli/tail-arguments.ts';

it.each([
  {
    args: ['t'],
    gives: { kind: 'tail', topic: 't', fromBeginning: false, wait: true, limit: Infinity },
  },
  { args: ['t', '--from-beginning', '--limit', '3'], gives: { fromBeginning: true, limit: 3 } },
  { args: ['--no-wait', 't'], gives: { topic: 't', wait: false } },
  { args: ['-h'], gives: { kind: 'help' } },
])('$args', ({ args, gives }) => {
  expect(parseTailArguments(args)).toMatchObject(gives);
});

it.each([
  { args: [], says: /Name the topic/ },
  { args: ['a', 'b'], says: /b is too much/ },
  { args: ['a', '--limit', '0'], says: /--limit is "0"/ },
  { args: ['a', '--limit', 'x'], says: /--limit is "x"/ },
  { args: ['a', '--from-begin'], says: /--from-begin/ },
])('refuses $args', ({ args, says }) => {
  expect(() => parseTailArguments(args)).toThrow(says);
});

it.each([
  {
    args: ['t'],
    says: /^Waiting for new records on t; --from-beginning shows those that are there\. Ctrl-C ends it\.$/,
  },
  { args: ['t', '--from-beginning'], says: /^Showing t from its beginning, .* Ctrl-C ends it\.$/ },
])('$args: nobody waits in silence', ({ args, says }) => {
  const parsed = parseTailArguments(args);
  expect(parsed.kind === 'tail' && waitingText(parsed)).toMatch(says);
});

it('says nothing of waiting where it does not', () => {
  const parsed = parseTailArguments(['t', '--no-wait']);
  expect(parsed.kind === 'tail' && waitingText(parsed)).toBeUndefined();
});
