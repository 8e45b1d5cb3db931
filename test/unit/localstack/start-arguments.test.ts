import { expect, it } from 'vitest';
import { parseStartArguments } from '../../../localstack/start-arguments.ts';

it.each([
  { args: [], gives: { kind: 'start', fresh: false, serverlessOptions: [] } },
  { args: ['--fresh'], gives: { kind: 'start', fresh: true, serverlessOptions: [] } },
  {
    args: ['--packaged', '--inspect', 'f'],
    gives: { kind: 'start', fresh: false, serverlessOptions: ['--packaged', '--inspect', 'f'] },
  },
  { args: ['--fresh', '--help'], gives: { kind: 'help' } },
  { args: ['-h'], gives: { kind: 'help' } },
])('$args gives $gives', ({ args, gives }) => {
  expect(parseStartArguments(args)).toEqual(gives);
});

it.each(['--fesh', 'fresh', '--fresh=yes'])('refuses %s and names it', (arg) => {
  expect(parseStartArguments([arg])).toEqual({
    kind: 'wrong',
    message: expect.stringContaining(arg.split('=')[0] ?? ''),
  });
});
