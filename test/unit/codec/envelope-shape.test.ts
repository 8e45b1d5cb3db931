import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { wholeMessage } from '../../../lib/codec/dead-letter-answer.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from '../../../lib/codec/dead-letter-envelope.ts';
import { elevenFields } from '../../../lib/decide/dead-letter-item.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { ROOT } from '../../support/source-files.ts';

/** The schema is the only source of the envelope's shape: its type and the API's are compared with it here. */
type Avro =
  | string
  | readonly Avro[]
  | { readonly type: string; readonly items?: Avro; readonly fields?: readonly Field[] };
interface Field {
  readonly name: string;
  readonly type: Avro;
  readonly logicalType?: string;
}
const { fields } = JSON.parse(DEAD_LETTER_ENVELOPE_SCHEMA) as { fields: readonly Field[] };

const nameOf = (type: Avro | undefined): string => {
  if (typeof type === 'string') return type;
  return type !== undefined && 'type' in type ? type.type : 'none';
};

describe('the TypeScript type', () => {
  const source = readFileSync(join(ROOT, 'lib/model/dead-letter.ts'), 'utf8');
  const interfaceOf = (name: string) =>
    new RegExp(`export interface ${name} [^{]*\\{\\n([^]*?)\\n\\}`).exec(source)?.[1] ?? '';
  const members = new Map(
    [
      ...`${interfaceOf('ElevenFields')}\n${interfaceOf('Envelope')}`.matchAll(
        /readonly (\w+): (.+);/g,
      ),
    ].map(([, name = '', type = '']) => [name, type]),
  );

  /** Types that have a name of their own in the model, and what they are. */
  const NAMED: Readonly<Record<string, string>> = {
    Reason: 'string',
    "'utf-8' | 'base64' | null": 'string | null',
    "RecordContent['headers']": '{ key: string; value: Uint8Array | null }[]',
    TopicPartitionOffset: '{ topic: string; partition: number; offset: number }',
    "ErrorDetail['causes']": '{ type: string; message: string }[]',
    FunctionIdentity: '{ functionName: string; functionVersion: string; requestId: string }',
  };

  it.each(fields)('$name is what the schema says', ({ name, type }) => {
    const written = members.get(name) ?? '';
    expect(NAMED[written] ?? written).toBe(typeScriptOf(type));
  });

  it('has no other field', () => {
    expect([...members.keys()].toSorted()).toEqual(fields.map(({ name }) => name).toSorted());
  });

  function typeScriptOf(type: Avro): string {
    if (Array.isArray(type)) {
      const [, inner] = type as Avro[];
      return `${typeScriptOf(inner!)} | null`;
    }
    if (typeof type === 'object' && 'fields' in type) {
      const inner = type.fields!.map((field) => `${field.name}: ${typeScriptOf(field.type)}`);
      return `{ ${inner.join('; ')} }`;
    }
    if (typeof type === 'object' && 'items' in type) return `${typeScriptOf(type.items!)}[]`;
    const name = nameOf(type);
    return { int: 'number', long: 'number', bytes: 'Uint8Array' }[name] ?? name;
  }
});

describe('the API’s schema', () => {
  type JsonSchema = {
    type?: string;
    anyOf?: JsonSchema[];
    properties?: Record<string, JsonSchema>;
  };
  const { properties } = z.toJSONSchema(wholeMessage) as { properties: Record<string, JsonSchema> };
  const JSON_TYPE: Readonly<Record<string, string>> = {
    string: 'string',
    bytes: 'string',
    int: 'integer',
    long: 'integer',
    boolean: 'boolean',
    record: 'object',
    array: 'array',
  };

  it.each(fields)('$name is what the schema says', ({ name, type }) => {
    const isNullable = Array.isArray(type);
    const inner = isNullable ? (type as Avro[])[1] : type;
    const avroName = nameOf(inner);
    const json = properties[name];
    const branches = (json?.anyOf ?? [json]).flatMap((one) => one?.type);
    expect(branches[0]).toBe(JSON_TYPE[avroName]);
    expect(branches.includes('null')).toBe(isNullable);
  });
});

it('the eleven fields are at top level, by their names, without logical types', () => {
  const envelope = toEnvelope(failedEvent(), { orderId: 'ORDER-1', consumerGroup: 'group' });
  const plain = ['string', 'long', 'null'];
  for (const name of Object.keys(elevenFields(envelope))) {
    const type = fields.find((field) => field.name === name)?.type;
    for (const one of [type].flat()) expect(plain).toContain(one);
  }
});
