import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../cli/dlq/arguments.ts';
import { COMMAND_NAMES, COMMANDS } from '../../../cli/dlq/commands.ts';
import { EXIT, EXIT_MEANINGS } from '../../../cli/dlq/exit-codes.ts';
import { FILTER_OPTIONS } from '../../../cli/dlq/options.ts';
import { readPage, sectionOf, tablesOf } from '../../support/markdown.ts';

const section = sectionOf(readPage('docs/operations.md'), 'The command line');
const [commands = [], exitCodes = []] = tablesOf(section);

describe('docs/operations.md, "The command line"', () => {
  it('has every command as --help has it', () => {
    expect(commands.map((cells) => cells.join(' '))).toEqual(
      COMMAND_NAMES.map((name) => {
        const { operands, summary } = COMMANDS[name];
        return `${`${name} ${operands}`.trim()} ${summary}`;
      }),
    );
  });

  it('has every exit code as --help has it', () => {
    expect(exitCodes.map((cells) => cells.join(' '))).toEqual(
      EXIT_MEANINGS.map(([code, meaning]) => `${code} ${meaning}`),
    );
    expect(EXIT_MEANINGS.map(([code]) => code)).toEqual(Object.values(EXIT));
  });

  it('has every condition', () => {
    expect(FILTER_OPTIONS.filter((name) => !section.includes(`\`--${name}\``))).toEqual([]);
  });
});

describe.each(['README.md', 'docs/operations.md'])('%s', (page) => {
  const lines = [...readPage(page).matchAll(/npx order-dlq [^`\n|>]+/g)].map(([line]) =>
    line.trim(),
  );

  it.each(lines.filter((line) => !line.includes('COMMAND')))(
    '%s is one that it understands',
    (line) => {
      const words = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      expect(parseArguments(words.slice(2))).toMatchObject({
        kind: expect.stringMatching(/run|help/),
      });
    },
  );
});
