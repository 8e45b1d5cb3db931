import { expect, it } from 'vitest';
import { parseArguments } from '../../../../cli/dlq/arguments.ts';
import { planBody } from '../../../../cli/dlq/change.ts';
import { filterOf, selectionOf } from '../../../../cli/dlq/selection.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const ID = 'a'.repeat(32);

const invocation = (line: string) => {
  const parsed = parseArguments(line.split(' '));
  if (parsed.kind !== 'run') throw new Error('no command');
  return parsed;
};

it('every condition gets the API’s name', () => {
  const line =
    'list --state open --group g --reason-code undecodable --error-type E --order-id O --topic t --partition 0 --offset-from 5 --offset-to 9 --from 2h --to 2026-01-31';
  expect(filterOf(invocation(line), NOW_MS)).toEqual({
    state: 'open',
    group: 'g',
    reason: 'undecodable',
    errorType: 'E',
    orderId: 'O',
    originalTopic: 't',
    originalPartition: 0,
    originalOffsetFrom: 5,
    originalOffsetTo: 9,
    from: '2026-01-31T10:00:00.000Z',
    to: '2026-01-31T00:00:00.000Z',
  });
  expect(filterOf(invocation('list'), NOW_MS)).toEqual({});
});

it.each([
  { line: `redrive ${ID} ${ID}`, gives: { ids: [ID] } },
  { line: 'redrive --group g', gives: { group: 'g' } },
  { line: 'redrive --group g --state open', gives: { filter: { group: 'g', state: 'open' } } },
  { line: 'redrive --state open', gives: { filter: { state: 'open' } } },
])('$line', ({ line, gives }) => {
  expect(selectionOf(invocation(line), NOW_MS)).toEqual(gives);
});

it.each([
  { line: 'redrive', says: /Say which dead letters to redrive/ },
  { line: `redrive ${ID} --group g`, says: /Name ids, or conditions \(--group\), not both/ },
  { line: 'redrive ORDER-1', says: /"ORDER-1" is no id of a dead letter/ },
  { line: 'redrive --state opn', says: /--state is "opn": did you mean open\?/ },
  { line: 'redrive --state xyzzyxyzzy', says: /write one of open, redriving/ },
  { line: 'redrive --reason-code nonretriable', says: /did you mean non-retriable\?/ },
  { line: 'redrive --partition -1', says: /--partition is "-1"/ },
  {
    line: 'redrive --offset-from 1.5',
    says: /--offset-from is "1.5": write a whole number from 0 on/,
  },
  { line: 'redrive --from yesterday', says: /--from is "yesterday": write a date/ },
  { line: 'redrive --from 2026-02-31', says: /--from is "2026-02-31"/ },
  { line: 'redrive --to 2026-01-31T10:00', says: /an instant with its zone/ },
  {
    line: 'redrive --group g --rate 0',
    says: /--rate is "0": write a whole number from 1 to 1000/,
  },
  { line: 'redrive --group g --canary 0', says: /--canary is "0"/ },
  { line: 'redrive --group g --limit 100001', says: /--limit is "100001"/ },
  { line: 'redrive --group g --stop-at-failure-ratio 1.5', says: /is "1.5": write a share/ },
  { line: 'redrive --group g --stop-at-failure-ratio 20%', says: /is "20%": write a share/ },
])('refuses "$line"', ({ line, says }) => {
  expect(() => planBody(invocation(line), NOW_MS)).toThrow(says);
});

it('a thousand ids are the most', () => {
  const ids = Array.from({ length: 1_001 }, (_, index) => index.toString(16).padStart(32, '0'));
  const parsed = { ...invocation('discard'), operands: ids };
  expect(() => selectionOf(parsed, NOW_MS)).toThrow(/1001 ids are too many: 1000 at a time/);
  expect(selectionOf({ ...parsed, operands: ids.slice(1) }, NOW_MS)).toMatchObject({
    ids: ids.slice(1),
  });
});

it('settings go along with a plan; what is not said is left to the API', () => {
  const line = `redrive ${ID} --rate 200 --canary 5 --stop-at-failure-ratio 0.05 --limit 10 --force`;
  expect(planBody(invocation(line), NOW_MS)).toEqual({
    dryRun: true,
    ids: [ID],
    ratePerSecond: 200,
    canary: 5,
    stopAtFailureRatio: 0.05,
    limit: 10,
    force: true,
  });
  expect(JSON.parse(JSON.stringify(planBody(invocation(`redrive ${ID}`), NOW_MS)))).toEqual({
    dryRun: true,
    ids: [ID],
  });
});
