import { expect, it } from 'vitest';
import { isFramed } from '../../../lib/codec/framed.ts';

it('is told by the first byte and the length alone', () => {
  expect(isFramed(Uint8Array.of(0, 0, 0, 0, 1))).toBe(true);
  expect(isFramed(Uint8Array.of(0, 0, 0, 0))).toBe(false);
  expect(isFramed(Uint8Array.of(3, ...Array<number>(17).fill(0)))).toBe(true);
  expect(isFramed(Uint8Array.of(3, ...Array<number>(16).fill(0)))).toBe(false);
  expect(isFramed(Buffer.from('{"a":1,"b":"0123456789"}'))).toBe(false);
});
