import { expect, it } from 'vitest';
import { parseAvroSchema } from '../../../../lib/codec/avro/schema.ts';
import { AvroValueError, writeAvro } from '../../../../lib/codec/avro/write.ts';

const place = {
  type: 'record',
  name: 'Place',
  fields: [{ name: 'list', type: { type: 'array', items: 'int' } }],
};

it.each<[string, unknown, unknown, RegExp]>([
  ['the path of a field', place, { list: [1, 'x'] }, /list\[1\] is no int/],
  ['a missing field', place, {}, /list is no array/],
  ['an int beyond 32 bits', 'int', 2 ** 31, /no int/],
  ['a long beyond 64 bits', 'long', 2n ** 63n, /no long/],
  ['a number that a long would round', 'long', 2 ** 53, /no long/],
  ['nothing of a union', ['null', 'string'], 1, /no union/],
  [
    'a third decimal',
    { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
    1.234,
    /no bytes/,
  ],
])('%s is named', (_name, schema, value, fault) => {
  const type = parseAvroSchema(JSON.stringify(schema));
  expect(() => writeAvro(type, value)).toThrow(AvroValueError);
  expect(() => writeAvro(type, value)).toThrow(fault);
});

it('the ends of an int are ints', () => {
  const type = parseAvroSchema('"int"');
  expect([...writeAvro(type, 2 ** 31 - 1)]).toEqual([0xfe, 0xff, 0xff, 0xff, 0x0f]);
  expect([...writeAvro(type, -(2 ** 31))]).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
});
