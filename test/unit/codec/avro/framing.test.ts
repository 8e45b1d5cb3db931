import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFraming, writeFraming } from '../../../../lib/codec/avro/framing.ts';
import { isFramed } from '../../../../lib/codec/framed.ts';

const UUID = 'b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63';
/** As the Glue serializer for Java writes them: https://github.com/awslabs/aws-glue-schema-registry */
const GLUE_HEADER = '0300b7b4a7f09c964e4aa687fb5de9ef0c63';
const hex = (text: string) => Buffer.from(text, 'hex');

it('Confluent: 0, and the id in four bytes', () => {
  expect(Buffer.from(writeFraming('confluent', '258', hex('0a'))).toString('hex')).toBe(
    '00000001020a',
  );
  expect(readFraming(hex('00000001020a'))).toEqual({
    kind: 'confluent',
    schemaId: '258',
    body: hex('0a'),
  });
  expect(readFraming(hex('00ffffffff'))).toMatchObject({ schemaId: '4294967295' });
});

it('Glue: 3, 0, and the sixteen bytes of the version', () => {
  const framed = writeFraming('glue', UUID, hex('0a'));
  expect(Buffer.from(framed).toString('hex')).toBe(`${GLUE_HEADER}0a`);
  expect(readFraming(framed)).toEqual({ kind: 'glue', schemaId: UUID, body: hex('0a') });
});

it('Glue with zlib is read', () => {
  const body = Buffer.from('a'.repeat(1000));
  const framed = Buffer.concat([hex(GLUE_HEADER.replace(/^0300/, '0305')), deflateSync(body)]);
  expect(readFraming(framed)).toEqual({ kind: 'glue', schemaId: UUID, body });
});

it('Glue: an unknown compression, broken zlib bytes, and those that grow without end are told', () => {
  const other = (byte: string) => GLUE_HEADER.replace(/^0300/, `03${byte}`);
  expect(readFraming(hex(other('07')))).toContain(`${UUID}: compression byte 7`);
  expect(readFraming(hex(`${other('05')}ffff`))).toContain('zlib bytes cannot be read');
  const bomb = Buffer.concat([hex(other('05')), deflateSync(Buffer.alloc(32 * 1024 * 1024))]);
  expect(readFraming(bomb)).toContain('zlib bytes cannot be read');
});

it('too few bytes, or another first one, are no framing', () => {
  for (const bytes of ['', '00', '00000001', '0300', '01000000000000', '7b7d']) {
    expect(isFramed(hex(bytes))).toBe(false);
    expect(readFraming(hex(bytes))).toBeUndefined();
  }
});

it('no JSON text is taken for framed', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n', '\t', '\r'), (json, space) => {
      expect(isFramed(Buffer.from(`${space}${json}`))).toBe(false);
    }),
  );
});
