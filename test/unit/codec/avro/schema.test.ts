import { expect, it } from 'vitest';
import { AvroSchemaError, parseAvroSchema } from '../../../../lib/codec/avro/schema.ts';

const record = (fields: unknown[], over = {}) => ({ type: 'record', name: 'R', fields, ...over });
const parse = (json: unknown) => parseAvroSchema(JSON.stringify(json));
const nested = (depth: number): unknown =>
  depth === 0 ? 'int' : { type: 'array', items: nested(depth - 1) };

it('refers to named types by name, by full name, and from inside of themselves', () => {
  const item = { type: 'record', name: 'a.b.Item', fields: [{ name: 'n', type: 'int' }] };
  const list = record(
    [
      { name: 'first', type: item },
      { name: 'second', type: 'a.b.Item' },
      { name: 'next', type: ['null', 'List'], default: null },
    ],
    { name: 'List', namespace: 'a.c' },
  );
  const type = parse(list);
  if (type.kind !== 'record') throw new Error(type.kind);
  const [first, second, next] = type.fields;
  expect(second?.type).toBe(first?.type);
  expect(next?.type).toEqual({ kind: 'union', branches: [{ kind: 'null' }, type] });
  expect(next?.fallback).toBeNull();
});

it('a logical type that is not known, or not valid, counts as absent', () => {
  expect(parse({ type: 'long', logicalType: 'timestamp-millis' })).toEqual({ kind: 'long' });
  const decimal = { type: 'bytes', logicalType: 'decimal' };
  expect(parse({ ...decimal, precision: 4, scale: 2 })).toEqual({ kind: 'bytes', scale: 2 });
  expect(parse({ ...decimal, precision: 4, scale: 5 })).toEqual({ kind: 'bytes' });
  expect(parse({ ...decimal, precision: 4000, scale: 4000 })).toEqual({ kind: 'bytes' });
});

it.each<[string, unknown, RegExp]>([
  ['a type that is not there', 'Nothing', /"Nothing" is not defined/],
  ['no type', 7, /no type/],
  ['nesting without end', nested(200), /over 32 deep/],
  ['thousands of types', Array.from({ length: 5_000 }, () => 'int'), /over 4096 types/],
  ['a text beyond the bound', 'x'.repeat(300_000), /more than 262144 characters/],
  ['a field that is code', record([{ name: 'a=b();//', type: 'int' }]), /the name "a=b/],
  ['a field that is the prototype', record([{ name: '__proto__', type: 'int' }]), /__proto__/],
  ['a record named like code', record([], { name: 'R(){}' }), /the name/],
  ['two fields of a name', record([0, 1].map(() => ({ name: 'a', type: 'int' }))), /two fields/],
  ['two types of a name', [record([]), record([])], /defined twice/],
  ['a record without fields', { type: 'record', name: 'R' }, /no list of fields/],
  ['an enum without symbols', { type: 'enum', name: 'E', symbols: [1] }, /no list of symbols/],
  ['a fixed of a negative size', { type: 'fixed', name: 'F', size: -1 }, /the size -1/],
  ['a fixed that is huge', { type: 'fixed', name: 'F', size: 2 ** 40 }, /the size/],
  ['a union in a union', ['int', ['int']], /union in it/],
])('%s is refused', (_name, json, fault) => {
  expect(() => parse(json)).toThrow(AvroSchemaError);
  expect(() => parse(json)).toThrow(fault);
});

it('what is no JSON is refused', () => {
  expect(() => parseAvroSchema('{')).toThrow('it is no JSON');
});
