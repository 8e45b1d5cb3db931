import { parseArgs } from 'node:util';
import type { RecordContent, RecordHeader } from '../lib/model/record.ts';
import { UsageError, usageErrorOf } from './command.ts';

export const PRODUCE_HELP = `Puts one record on a topic (the order topic, unless another one is named), whatever is in it.

  npm run produce -- --value '{"orderId": "ORDER-1"}' --key ORDER-1
  npm run produce -- --value 'these bytes are no order'
  npm run produce -- --value-base64 /wABgA==          bytes that are no text
  npm run produce -- --null --key ORDER-1             a record without value (a tombstone)
  npm run produce -- --value x --header a=1 --header b= --header a=2 --header c
                     headers in this order, duplicates too; "b=" is empty, "c" has no value

  --value TEXT | --value-base64 B64 | --null   the value: exactly one of these
  --key TEXT | --key-base64 B64                the key; without it the record has none, and any partition
  --header NAME=TEXT, --header NAME, --header-base64 NAME=B64   a header; as many as you like
  --topic TOPIC                                default: KAFKA_ORDER_TOPIC, or order-events

The brokers are those of the local stack that is up (npm start), or KAFKA_BROKERS.
`;

export type ProduceArguments =
  { readonly kind: 'help' } | (RecordContent & { readonly kind: 'record'; readonly topic: string });

const OPTIONS = {
  value: { type: 'string', multiple: true },
  'value-base64': { type: 'string', multiple: true },
  null: { type: 'boolean', multiple: true },
  key: { type: 'string', multiple: true },
  'key-base64': { type: 'string', multiple: true },
  header: { type: 'string', multiple: true },
  'header-base64': { type: 'string', multiple: true },
  topic: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the command line.
 * @param orderTopic where the record goes unless a topic is named
 * @throws UsageError
 */
export function parseProduceArguments(
  args: readonly string[],
  orderTopic: string,
): ProduceArguments {
  const { values, tokens } = parse(args);
  if (values.help === true) return { kind: 'help' };
  const given = contentsOf(values, 'value');
  if (values.null !== undefined) given.push(...values.null.map(() => null));
  const [value] = given;
  if (value === undefined || given.length > 1) {
    throw new UsageError('Say the value once: --value TEXT, --value-base64 B64 or --null');
  }
  const keys = contentsOf(values, 'key');
  if (keys.length > 1) throw new UsageError('Say the key once: --key TEXT or --key-base64 B64');
  // Only the tokens tell the order between --header and --header-base64.
  const headers = tokens
    .filter((token) => token.kind === 'option')
    .filter(({ name }) => name === 'header' || name === 'header-base64')
    .map(({ name, value: text = '' }) => headerOf(text, name === 'header-base64'));
  const topic = values.topic ?? orderTopic;
  if (topic === '') throw new UsageError('--topic is empty: name a topic');
  return { kind: 'record', topic, key: keys[0] ?? null, value, headers };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, tokens: true });
  } catch (error) {
    throw usageErrorOf(error);
  }
}

function contentsOf(
  values: ReturnType<typeof parse>['values'],
  name: 'value' | 'key',
): (Uint8Array | null)[] {
  const texts = (values[name] ?? []).map((text) => Buffer.from(text, 'utf8'));
  const bytes = (values[`${name}-base64`] ?? []).map((text) => decodeBase64(text, name));
  return [...texts, ...bytes];
}

function headerOf(text: string, base64: boolean): RecordHeader {
  const at = text.indexOf('=');
  if (at === -1) return { key: text, value: null };
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  return { key, value: base64 ? decodeBase64(value, 'header') : Buffer.from(value, 'utf8') };
}

/** Node skips what is no base64; here it is refused, so that what arrives is what was written. */
function decodeBase64(text: string, name: string): Uint8Array {
  const plain = text.replace(/=+$/, '');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== plain) {
    throw new UsageError(`--${name}-base64 ${text} is no base64 (RFC 4648, section 4)`);
  }
  return bytes;
}
