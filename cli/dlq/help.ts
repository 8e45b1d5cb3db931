import { COMMAND_NAMES, COMMANDS, type CommandName, type CommandSpec } from './commands.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { COMMON_OPTIONS, type Option, type OptionName, OPTIONS } from './options.ts';

const WIDTH = 100;

/** `order-dlq --help`. Pure. */
export function helpText(): string {
  const commands = COMMAND_NAMES.map((name): [string, string] => {
    const { operands, summary } = COMMANDS[name];
    return [`${name} ${operands}`.trim(), summary];
  });
  return `Dead letters: what failed, why, and processing it again. Speaks to the service's HTTP API.

  npx order-dlq COMMAND [OPTIONS]

${columns(commands)}

${optionLines(COMMON_OPTIONS)}

Examples:
  npx order-dlq groups                              one cause, or many?
  npx order-dlq redrive --group GROUP --dry-run     what would be done
  npx order-dlq redrive --group GROUP --reason 'payment API is back'

Where the address is AWS's own, or the API asks for it, requests are signed with the credentials that the AWS CLI would
take. What changes something shows its plan and asks; --yes does not ask. "order-dlq COMMAND --help" says more.

Exit codes:
${columns(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]))}
`;
}

/** `order-dlq COMMAND --help`. Pure. */
export function commandHelp(name: CommandName): string {
  const { summary, operands, options, examples, notes }: CommandSpec = COMMANDS[name];
  const lines = examples.map(([line, meaning]): [string, string] => [
    `npx order-dlq ${line}`,
    meaning,
  ]);
  return `${`order-dlq ${name} ${operands}`.trim()}: ${summary}.

${optionLines([...options, ...COMMON_OPTIONS])}
${notes === undefined ? '' : `\n${notes}\n`}
Examples:
${lines.map(([line, meaning]) => (meaning === '' ? `  ${line}` : `  ${line}\n      ${meaning}`)).join('\n')}
`;
}

function optionLines(names: readonly OptionName[]): string {
  return columns(
    names.map((name) => {
      const { value, help }: Option = OPTIONS[name];
      return [`--${name}${value === undefined ? '' : ` ${value}`}`, help];
    }),
  );
}

/** Two columns, the second one wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows
    .flatMap(([first, second]) =>
      wrap(second, WIDTH - width - 5).map(
        (line, index) => `  ${(index === 0 ? first : '').padEnd(width)}   ${line}`,
      ),
    )
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
