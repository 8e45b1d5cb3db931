import { expect, it } from 'vitest';
import { toJsonText } from '../../../../lib/codec/avro/json-text.ts';

it('writes as text what a JSON number would round or cannot say, and bytes as base64', () => {
  const value = { a: 2n ** 60n, b: [Number.NaN, -Infinity, 1.5], c: Uint8Array.of(255), d: null };
  expect(toJsonText(value)).toBe(
    '{"a":"1152921504606846976","b":["NaN","-Infinity",1.5],"c":"/w==","d":null}',
  );
});
