import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../../cli/dlq/arguments.ts';
import { COMMAND_NAMES, COMMANDS, type CommandSpec } from '../../../../cli/dlq/commands.ts';
import { commandHelp, helpText } from '../../../../cli/dlq/help.ts';
import { COMMON_OPTIONS } from '../../../../cli/dlq/options.ts';

describe('parseArguments', () => {
  it.each([
    { line: '', gives: { kind: 'none' } },
    { line: '--help', gives: { kind: 'help', command: undefined } },
    { line: '-h', gives: { kind: 'help' } },
    { line: 'help', gives: { kind: 'help', command: undefined } },
    { line: 'help redrive', gives: { kind: 'help', command: 'redrive' } },
    { line: 'redrive --nonsense --help', gives: { kind: 'help', command: 'redrive' } },
    { line: 'list', gives: { kind: 'run', command: 'list', operands: [], texts: {} } },
    { line: '--json list', gives: { command: 'list', flags: new Set(['json']) } },
    {
      line: 'list --group g --limit=3 --csv',
      gives: { texts: { group: 'g', limit: '3' }, flags: new Set(['csv']) },
    },
    { line: 'list --order-id=--x', gives: { texts: { 'order-id': '--x' } } },
    {
      line: 'redrive a b --reason why --yes --no-wait',
      gives: { operands: ['a', 'b'], texts: { reason: 'why' }, flags: new Set(['yes', 'no-wait']) },
    },
  ])('"$line"', ({ line, gives }) => {
    expect(parseArguments(line.split(' ').filter(Boolean))).toMatchObject(gives);
  });

  it.each([
    { line: 'lst', says: /knows no command "lst": did you mean list\?/ },
    { line: 'redriv x', says: /did you mean redrive\?/ },
    { line: 'zzzzzzzz', says: /knows no command "zzzzzzzz"$/ },
    { line: '--json', says: /Say what to do/ },
    { line: 'list --sate open', says: /list has no option --sate: did you mean --state\?/ },
    { line: 'list --canary 3', says: /list has no option --canary/ },
    { line: 'list -s', says: /list has no option -s/ },
    { line: 'list --state', says: /--state needs a value: --state=STATE/ },
    { line: 'list --state --json', says: /--state needs a value/ },
    { line: 'list --state=', says: /--state needs a value/ },
    { line: 'list --json=1', says: /--json takes no value/ },
    { line: 'list --state open --state open', says: /--state is given twice/ },
    { line: 'list --json --json', says: /--json is given twice/ },
    { line: 'list ORDER-1', says: /list takes nothing but options: "ORDER-1" is too much/ },
    { line: 'show', says: /show needs an id/ },
    { line: 'show a b', says: /show takes one id: "b" is too much/ },
    { line: 'status a b', says: /status takes one id/ },
    { line: 'help nonsense', says: /knows no command/ },
  ])('refuses "$line"', ({ line, says }) => {
    expect(() => parseArguments(line.split(' '))).toThrow(says);
  });
});

describe('the help', () => {
  it('names every command, and stays within 120 columns', () => {
    const lines = helpText().split('\n');
    for (const name of COMMAND_NAMES) {
      expect(lines.filter((line) => line.startsWith(`  ${name} `)).length).toBeGreaterThan(0);
    }
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each(COMMAND_NAMES)(
    'of %s names all of its options, and its examples are command lines',
    (name) => {
      const { options, examples }: CommandSpec = COMMANDS[name];
      const text = commandHelp(name);
      for (const option of [...options, ...COMMON_OPTIONS]) expect(text).toContain(`  --${option}`);
      expect(examples.length).toBeGreaterThan(0);
      for (const [line] of examples) {
        expect(text).toContain(`npx order-dlq ${line}`);
        expect(parseArguments(wordsOf(line))).toMatchObject({ kind: 'run', command: name });
      }
    },
  );
});

/** As a shell splits it, as far as the examples need one. */
function wordsOf(line: string): string[] {
  const [command = ''] = line.split(' > ');
  return [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}
