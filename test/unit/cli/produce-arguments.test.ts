import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProduceArguments } from '../../../cli/produce-arguments.ts';

const parse = (...args: string[]) => parseProduceArguments(args, 'order-events');
const bytes = (text: string) => Buffer.from(text);

describe('parseProduceArguments', () => {
  it.each([
    {
      args: ['--value', 'x'],
      gives: { topic: 'order-events', key: null, value: bytes('x'), headers: [] },
    },
    { args: ['--value', ''], gives: { value: bytes('') } },
    { args: ['--null'], gives: { value: null } },
    { args: ['--value-base64', '/wABgA=='], gives: { value: Buffer.from([255, 0, 1, 128]) } },
    { args: ['--value-base64', '/wABgA'], gives: { value: Buffer.from([255, 0, 1, 128]) } },
    { args: ['--null', '--key', 'K', '--topic', 't'], gives: { topic: 't', key: bytes('K') } },
    { args: ['--null', '--key', ''], gives: { key: bytes('') } },
    { args: ['--null', '--key-base64', 'AA=='], gives: { key: Buffer.from([0]) } },
    { args: ['--value=--null'], gives: { value: bytes('--null') } },
    { args: ['--help'], gives: { kind: 'help' } },
  ])('$args', ({ args, gives }) => {
    expect(parse(...args)).toMatchObject(gives);
  });

  it('keeps headers in order: duplicates, empty, without value, bytes, odd names', () => {
    const line =
      '--null --header a=1 --header-base64 b=/w== --header a= --header c --header __proto__=p --header =n --header d=x=y';
    const parsed = parse(...line.split(' '));

    expect(parsed).toMatchObject({
      headers: [
        { key: 'a', value: bytes('1') },
        { key: 'b', value: Buffer.from([255]) },
        { key: 'a', value: bytes('') },
        { key: 'c', value: null },
        { key: '__proto__', value: bytes('p') },
        { key: '', value: bytes('n') },
        { key: 'd', value: bytes('x=y') },
      ],
    });
  });

  it.each([
    { args: [], says: /Say the value once/ },
    { args: ['--value', 'a', '--null'], says: /Say the value once/ },
    { args: ['--value', 'a', '--value', 'b'], says: /Say the value once/ },
    { args: ['--null', '--null'], says: /Say the value once/ },
    { args: ['--null', '--key', 'a', '--key-base64', 'AA=='], says: /Say the key once/ },
    { args: ['--value-base64', 'x y'], says: /--value-base64 x y is no base64/ },
    { args: ['--null', '--header-base64', 'a=*'], says: /--header-base64 \* is no base64/ },
    { args: ['--null', '--topic', ''], says: /--topic is empty/ },
    { args: ['--valu', 'a'], says: /--valu/ },
    { args: ['--null', 'stray'], says: /stray/ },
  ])('refuses $args', ({ args, says }) => {
    expect(() => parse(...args)).toThrow(says);
  });

  it('takes any bytes as base64 exactly', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        const text = Buffer.from(value).toString('base64');
        expect(parse('--value-base64', text)).toMatchObject({ value: Buffer.from(value) });
      }),
    );
  });
});
