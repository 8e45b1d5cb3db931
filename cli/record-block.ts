import type { ConsumedRecord } from '../lib/model/record.ts';
import { printable } from '../localstack/printable.ts';

/**
 * A record as a person reads it, without a line break at the end. Each part says how it is written (`text`, `base64`,
 * `empty`, `null`), so that no content can pass for another. Pure, total.
 */
export function recordBlock(record: ConsumedRecord): string {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  return [
    `${topic}  partition ${partition}  offset ${offset}  ${timeOf(timestampMs)}`,
    `  key     ${contentOf(key)}`,
    ...headers.map((header) => {
      const { form, text } = written(header.value);
      return `  header  ${form.padEnd(6)}  ${nameOf(header.key)}${text === '' ? '' : ` = ${text}`}`;
    }),
    `  value   ${contentOf(value)}`,
  ].join('\n');
}

/** ISO 8601; a producer may set any long as a record's time. */
function timeOf(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? `time ${timestampMs}` : time.toISOString();
}

function contentOf(bytes: Uint8Array | null): string {
  const { form, text } = written(bytes);
  return text === '' ? form : `${form.padEnd(6)}  ${text}`;
}

/** A name in quotes where it would not be told apart from what stands around it. */
function nameOf(name: string): string {
  const shown = printable(name);
  return /^[\w.:/-]+$/.test(name) ? shown : `"${shown.replaceAll('"', String.raw`\"`)}"`;
}

function written(bytes: Uint8Array | null): { form: string; text: string } {
  if (bytes === null) return { form: 'null', text: '' };
  if (bytes.length === 0) return { form: 'empty', text: '' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { form: 'text', text: printable(text) };
  } catch {
    return { form: 'base64', text: Buffer.from(bytes).toString('base64') };
  }
}
