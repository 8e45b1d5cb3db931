import { parseArgs } from 'node:util';
import { nearestName } from '../../lib/decide/nearest-name.ts';
import { UsageError } from '../command.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName, type CommandSpec } from './commands.ts';
import { COMMON_OPTIONS, type Option, type OptionName, OPTIONS } from './options.ts';

/** A command line that names a command; what its values mean is read by the command. */
export interface Invocation {
  readonly command: CommandName;
  readonly operands: readonly string[];
  readonly texts: Readonly<Partial<Record<OptionName, string>>>;
  readonly flags: ReadonlySet<OptionName>;
}

export type Arguments =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'none' }
  | ({ readonly kind: 'run' } & Invocation);

/**
 * Reads the command line.
 * @throws UsageError
 */
export function parseArguments(args: readonly string[]): Arguments {
  if (args.length === 0) return { kind: 'none' };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        (Object.entries(OPTIONS) as [string, Option][]).map(([name, { value }]) => [
          name,
          { type: value === undefined ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const given = tokens.filter((token) => token.kind === 'option');
  const isHelp = given.some(({ name }) => name === 'help') || words[0] === 'help';
  const [first, ...operands] = words[0] === 'help' ? words.slice(1) : words;
  const command = first === undefined ? undefined : commandOf(first);
  if (isHelp) return { kind: 'help', command };
  if (command === undefined) throw new UsageError('Say what to do: order-dlq COMMAND');

  const texts: Partial<Record<OptionName, string>> = {};
  const flags = new Set<OptionName>();
  for (const { name, rawName, value, inlineValue } of given) {
    const option = optionOf(name, rawName, command);
    if (option in texts || flags.has(option)) throw new UsageError(`--${option} is given twice`);
    if (valueOf(option) === undefined) {
      if (value !== undefined) throw new UsageError(`--${option} takes no value`);
      flags.add(option);
    } else {
      texts[option] = textOf(option, value, inlineValue === true);
    }
  }
  checkOperands(command, operands);
  return { kind: 'run', command, operands, texts, flags };
}

function commandOf(word: string): CommandName {
  const known = COMMAND_NAMES.find((name) => name === word);
  if (known !== undefined) return known;
  throw new UsageError(`order-dlq knows no command "${word}"${meant(word, COMMAND_NAMES)}`);
}

function optionOf(name: string, rawName: string, command: CommandName): OptionName {
  const spec: CommandSpec = COMMANDS[command];
  const known: readonly OptionName[] = [...spec.options, ...COMMON_OPTIONS];
  const option = known.find((one) => one === name);
  if (option !== undefined && rawName.startsWith('--')) return option;
  throw new UsageError(`${command} has no option ${rawName}${meant(name, known, '--')}`);
}

function meant(name: string, known: readonly string[], prefix = ''): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `: did you mean ${prefix}${nearest}?`;
}

function valueOf(option: OptionName): string | undefined {
  return (OPTIONS[option] as Option).value;
}

function textOf(option: OptionName, value: string | undefined, isInline: boolean): string {
  if (value === undefined || value === '' || (!isInline && value.startsWith('--'))) {
    throw new UsageError(`--${option} needs a value: --${option}=${valueOf(option)}`);
  }
  return value;
}

function checkOperands(command: CommandName, operands: readonly string[]): void {
  const form: CommandSpec['operands'] = COMMANDS[command].operands;
  const [first, second] = operands;
  if (form === '' && first !== undefined) {
    throw new UsageError(`${command} takes nothing but options: "${first}" is too much`);
  }
  if (form === 'ID' && first === undefined) throw new UsageError(`${command} needs an id`);
  if (form !== '[ID…]' && second !== undefined) {
    throw new UsageError(`${command} takes one id: "${second}" is too much`);
  }
}
