import { styleText } from 'node:util';
import { printableUpTo } from './printable.ts';

type Style = Parameters<typeof styleText>[0];
type Fields = Readonly<Record<string, unknown>>;
type Paint = (style: Style, text: string) => string;

const TEXT_CHARS_MAX = 300;

/**
 * One JSON log line of a function as a person reads it at a glance; undefined where there is nothing to see (metrics,
 * debug lines, text that is no log line). The messages are the contract's; what is unknown is shown as it is, with its
 * level. Pure, total.
 */
export function eventLine(line: string, colour: boolean): string | undefined {
  const fields = parseLogLine(line);
  if (fields === undefined || '_aws' in fields || fields['level'] === 'DEBUG') return undefined;
  const paint: Paint = (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const message = textOf(fields['message']);
  if (SAID_ALREADY.test(message)) return undefined;
  const shape = SHAPES.find(({ pattern }) => pattern.test(message));
  return shape === undefined
    ? otherLine(fields, message, paint)
    : shape.write(fields, paint, message);
}

/** Whether a line is one of the functions' JSON log lines (metrics are, too). Pure, total. */
export function isLogLine(line: string): boolean {
  const fields = parseLogLine(line);
  return fields !== undefined && ('_aws' in fields || 'message' in fields);
}

/** On this machine it is always on, and every new environment of a function says so. */
const SAID_ALREADY = /^ORDER_FAILURE_SIMULATION is on/;

/** How the contract's messages are shown. */
const SHAPES: readonly {
  readonly pattern: RegExp;
  write(fields: Fields, paint: Paint, message: string): string;
}[] = [
  {
    pattern: /^Order \S+ accepted$/,
    write: (fields, paint) => join([orderOf(fields), 'accepted', paint('dim', placeOf(fields))]),
  },
  {
    pattern: /^Order \S+ processed successfully$/,
    write: (fields, paint) =>
      join([
        orderOf(fields),
        paint('green', 'processed'),
        Number(fields['attempt']) > 1 ? `at attempt ${attemptOf(fields)}` : '',
      ]),
  },
  {
    pattern: /^Will retry order /,
    write: (fields, paint) =>
      join([
        ...failed(fields, paint, 'yellow'),
        `next in ${(Number(fields['delayMs']) / 1000).toFixed(1)} s`,
      ]),
  },
  {
    pattern: /^Max retries /,
    write: (fields, paint) => join([...failed(fields, paint, 'red'), 'no retries left']),
  },
  {
    pattern: /cannot be healed by a retry/,
    write: (fields, paint) =>
      join([...failed(fields, paint, 'red'), `no retry heals it (${textOf(fields['reason'])})`]),
  },
  {
    pattern: /^Message sent to DLQ \|/,
    write: (fields, paint) =>
      join([
        orderOf(fields),
        paint('red', '→ DLQ'),
        `id ${textOf(fields['deadLetterId'])}`,
        textOf(fields['reason']),
      ]),
  },
  {
    pattern: /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ \d{3}$/,
    write: (fields, paint, message) =>
      Number(fields['httpStatus']) >= 500
        ? join([paint('red', message), errorOf(fields)])
        : paint('dim', message),
  },
];

function otherLine(fields: Fields, message: string, paint: Paint): string {
  const level = textOf(fields['level']);
  const style: Style =
    level === 'CRITICAL'
      ? ['red', 'bold']
      : level === 'ERROR'
        ? 'red'
        : level === 'WARN'
          ? 'yellow'
          : 'dim';
  return join([level === 'INFO' ? '' : paint(style, level), message, errorOf(fields)]);
}

function failed(fields: Fields, paint: Paint, style: Style): string[] {
  return [
    orderOf(fields),
    `attempt ${attemptOf(fields)} ${paint(style, 'failed')}`,
    textOf(fields['errorType']),
  ];
}

function attemptOf(fields: Fields): string {
  const { attempt, attemptsMax } = fields;
  return [attempt, attemptsMax]
    .filter((part) => part !== undefined)
    .map(textOf)
    .join('/');
}

function placeOf({ topic, partition, offset }: Fields): string {
  return `${textOf(topic)}/${textOf(partition)} @ ${textOf(offset)}`;
}

function orderOf(fields: Fields): string {
  return textOf(fields['orderId'] ?? 'Unknown');
}

function errorOf(fields: Fields): string {
  const { errorType, errorMessage, cause } = fields;
  const said = [errorType, errorMessage, cause].filter((part) => part !== undefined).map(textOf);
  return said.join(': ');
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

/** A value of a log line, safe to print and bounded. */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  return printableUpTo(typeof value === 'string' ? value : JSON.stringify(value), TEXT_CHARS_MAX);
}

function parseLogLine(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
