import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvroBytesError, readAvro } from '../../../../lib/codec/avro/read.ts';
import { parseAvroSchema } from '../../../../lib/codec/avro/schema.ts';
import { writeAvro } from '../../../../lib/codec/avro/write.ts';

const EVERYTHING = {
  type: 'record',
  name: 'Everything',
  fields: [
    { name: 'n', type: 'null' },
    { name: 'b', type: 'boolean' },
    { name: 'i', type: 'int' },
    { name: 'l', type: 'long' },
    { name: 'd', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'y', type: 'bytes' },
    { name: 'f', type: { type: 'fixed', name: 'Two', size: 2 } },
    { name: 'e', type: { type: 'enum', name: 'Colour', symbols: ['RED', 'BLUE'] } },
    { name: 'a', type: { type: 'array', items: ['null', 'long'] } },
    { name: 'm', type: { type: 'map', values: 'string' } },
  ],
};
const type = parseAvroSchema(JSON.stringify(EVERYTHING));
const foreign = avro.Type.forSchema(EVERYTHING as never, { wrapUnions: false });
const bytes = fc.uint8Array({ maxLength: 20 }).map((list) => Buffer.from(list));
/** avsc rounds what is beyond 2^52; that those stay exact is a test below. */
const long = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
const values = fc.record(
  {
    n: fc.constant(null),
    b: fc.boolean(),
    i: fc.integer(),
    l: long,
    d: fc.double({ noNaN: true }),
    s: fc.string({ unit: 'grapheme' }),
    y: bytes,
    f: fc.uint8Array({ minLength: 2, maxLength: 2 }).map((list) => Buffer.from(list)),
    e: fc.constantFrom('RED', 'BLUE'),
    a: fc.array(fc.option(long)),
    m: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
  },
  { noNullPrototype: true },
);
const read = (schema: unknown, ...list: number[]) =>
  readAvro(parseAvroSchema(JSON.stringify(schema)), Uint8Array.from(list));

it('writes what another implementation reads, and reads what it writes', () => {
  fc.assert(
    fc.property(values, (value) => {
      const theirs = foreign.toBuffer(value);
      expect(Buffer.from(writeAvro(type, value)).equals(theirs)).toBe(true);
      expect(readAvro(type, theirs)).toEqual(value);
    }),
  );
});

it('whatever the bytes are, they are a value or an AvroBytesError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (list) => {
      try {
        readAvro(type, list);
      } catch (error) {
        expect(error).toBeInstanceOf(AvroBytesError);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('a list in blocks with their sizes is one list', () => {
  // −2 items in 2 bytes, then 1 item, then the end.
  expect(read({ type: 'array', items: 'int' }, 0x03, 0x04, 0x02, 0x04, 0x02, 0x06, 0x00)).toEqual([
    1, 2, 3,
  ]);
});

it('a map may have any key without touching a prototype', () => {
  const map = parseAvroSchema(JSON.stringify({ type: 'map', values: 'string' }));
  const hostile = JSON.parse('{"__proto__":"x"}') as object;
  const value = readAvro(map, writeAvro(map, hostile));
  expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBe('x');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

describe('numbers are never rounded', () => {
  it.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 9_007_199_254_740_993n])(
    '%s stays what it is',
    (value) => {
      const long = parseAvroSchema('"long"');
      expect(readAvro(long, writeAvro(long, value))).toBe(value);
    },
  );
});

describe('bytes that do not fit', () => {
  const list = { type: 'array', items: 'null' };
  const chain = {
    type: 'record',
    name: 'Chain',
    fields: [{ name: 'next', type: ['null', 'Chain'] }],
  };
  const ten = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
  it.each<[string, unknown, number[], RegExp]>([
    ['nothing', 'int', [], /too early/],
    ['a cut text', 'string', [0x08, 0x61], /3 bytes too early/],
    ['a text that is no UTF-8', 'string', [0x02, 0xff], /no UTF-8/],
    ['more than the value', 'int', [0x02, 0x02], /1 bytes are left over/],
    ['a boolean of 2', 'boolean', [0x02], /a boolean is 2/],
    ['an int beyond 32 bits', 'int', [0x80, 0x80, 0x80, 0x80, 0x20], /an int is/],
    ['a number beyond 64 bits', 'long', ten, /over 64 bits/],
    ['a branch that is not there', ['null', 'int'], [0x04], /no branch 2/],
    ['a branch below 0', ['null', 'int'], [0x01], /no branch -1/],
    ['a symbol that is not there', EVERYTHING.fields[8]?.type, [0x04], /no symbol 2/],
    ['a length below 0', 'bytes', [0x01], /a length is -1/],
    ['a list of more than its bytes', list, [0x80, 0x80, 0x80, 0x80, 0x08], /more items/],
    ['a value as deep as the stack', chain, Array(5_000).fill(0x02), /over 64 deep/],
  ])('%s is told', (_name, schema, bytesOf, fault) => {
    expect(() => read(schema, ...bytesOf)).toThrow(AvroBytesError);
    expect(() => read(schema, ...bytesOf)).toThrow(fault);
  });
});
