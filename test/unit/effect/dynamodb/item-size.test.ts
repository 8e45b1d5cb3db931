import { expect, it } from 'vitest';
import { itemBytes } from '../../../../lib/effect/dynamodb/item-size.ts';

it.each([
  ['nothing', {}, 0],
  ['names and texts in UTF-8', { grüße: { S: 'ä€' } }, 7 + 5],
  ['a number, each digit counted', { n: { N: '1767225600000' } }, 1 + 14],
  ['a boolean and a null', { yes: { BOOL: true }, no: { NULL: true as const } }, 4 + 3],
  ['several', { a: { S: 'xyz' }, b: { S: '' } }, 4 + 1],
])('of %s', (_name, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});
