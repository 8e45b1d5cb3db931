import { nearestName } from '../../lib/decide/nearest-name.ts';
import { DEAD_LETTER_STATES } from '../../lib/model/dead-letter.ts';
import { REASONS } from '../../lib/model/failure.ts';
import { UsageError } from '../command.ts';
import type { Invocation } from './arguments.ts';
import { FILTER_OPTIONS, type OptionName } from './options.ts';
import { parseTime } from './times.ts';

/** The API's names of a filter's conditions; values as it takes them in JSON. */
export type Filter = Readonly<Record<string, string | number>>;

/** Which dead letters, as the API's body has it. */
export type Selection =
  { readonly ids: readonly string[] } | { readonly group: string } | { readonly filter: Filter };

const IDS_MAX = 1_000;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

/**
 * The conditions that the options name; {} where there are none.
 * @throws UsageError
 */
export function filterOf({ texts }: Pick<Invocation, 'texts'>, nowMs: number): Filter {
  const filter = {
    state: oneOf(texts, 'state', DEAD_LETTER_STATES),
    group: texts['group'],
    reason: oneOf(texts, 'reason-code', REASONS),
    errorType: texts['error-type'],
    orderId: texts['order-id'],
    originalTopic: texts['topic'],
    originalPartition: wholeNumber(texts, 'partition', 0, NUMBER_MAX),
    originalOffsetFrom: wholeNumber(texts, 'offset-from', 0, NUMBER_MAX),
    originalOffsetTo: wholeNumber(texts, 'offset-to', 0, NUMBER_MAX),
    from: texts['from'] && parseTime(texts['from'], 'from', nowMs),
    to: texts['to'] && parseTime(texts['to'], 'to', nowMs),
  };
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * Which dead letters a command is about: ids, one group, or conditions.
 * @throws UsageError where none are named, or in two ways
 */
export function selectionOf(invocation: Invocation, nowMs: number): Selection {
  const { command, operands } = invocation;
  const filter = filterOf(invocation, nowMs);
  const named = FILTER_OPTIONS.filter((name) => invocation.texts[name] !== undefined);
  if (operands.length > 0) {
    if (named.length > 0) {
      throw new UsageError(`Name ids, or conditions (--${named[0]}), not both`);
    }
    return { ids: idsOf(operands) };
  }
  if (named.length === 0) {
    throw new UsageError(
      `Say which dead letters to ${command}: their ids, --group GROUP, or conditions such as --state open`,
    );
  }
  const { group } = filter;
  return named.length === 1 && typeof group === 'string' ? { group } : { filter };
}

/**
 * An id of a dead letter.
 * @throws UsageError
 */
export function checkId(id: string): string {
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw new UsageError(`"${id}" is no id of a dead letter: it has 32 of 0-9, a-f (order-dlq list)`);
}

/**
 * An id of a job.
 * @throws UsageError
 */
export function checkJobId(id: string): string {
  if (/^[0-9a-zA-Z-]{1,64}$/.test(id)) return id;
  throw new UsageError(`"${id}" is no id of a job (order-dlq status)`);
}

function idsOf(operands: readonly string[]): string[] {
  const ids = [...new Set(operands.map(checkId))];
  if (ids.length > IDS_MAX) {
    throw new UsageError(
      `${ids.length} ids are too many: ${IDS_MAX} at a time, or name conditions`,
    );
  }
  return ids;
}

/**
 * A whole number.
 * @throws UsageError
 */
export function wholeNumber(
  texts: Invocation['texts'],
  option: OptionName,
  min: number,
  max: number,
): number | undefined {
  const text = texts[option];
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max === NUMBER_MAX ? `from ${min} on` : `from ${min} to ${max}`;
  throw new UsageError(`--${option} is "${text}": write a whole number ${range}`);
}

/**
 * One of a few words.
 * @throws UsageError
 */
export function oneOf<T extends string>(
  texts: Invocation['texts'],
  option: OptionName,
  known: readonly T[],
): T | undefined {
  const text = texts[option];
  if (text === undefined) return undefined;
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, known);
  const hint =
    nearest === undefined ? `write one of ${known.join(', ')}` : `did you mean ${nearest}?`;
  throw new UsageError(`--${option} is "${text}": ${hint}`);
}
