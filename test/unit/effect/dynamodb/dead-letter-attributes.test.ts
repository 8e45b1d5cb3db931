import { expect, it } from 'vitest';
import {
  fromAttributes,
  toAttributes,
} from '../../../../lib/effect/dynamodb/dead-letter-attributes.ts';
import { deadLetterItem, idOf } from '../../../support/dead-letter-items.ts';

it.each([
  ['all fields', {}],
  ['null and empty', { orderId: null, originalMessage: '', originalMessageEncoding: null }],
  ['no message', { originalMessage: null, bytesMissing: true, originalMessageTruncated: true }],
  ['the last offset', { originalOffset: Number.MAX_SAFE_INTEGER, state: 'resolved' as const }],
])('an item comes back as it was: %s', (_name, over) => {
  const item = deadLetterItem(over);
  expect(fromAttributes(toAttributes(item))).toEqual(item);
});

it('only what is in the DLQ now has list keys', () => {
  const keys = { listShard: { S: expect.any(String) }, arrival: { S: expect.any(String) } };
  expect(toAttributes(deadLetterItem({ id: idOf(1) }))).toMatchObject(keys);
  expect(toAttributes(deadLetterItem({ state: 'redriving' }))).toMatchObject(keys);
  const resolved = toAttributes(deadLetterItem({ state: 'resolved' }));
  expect(Object.keys(resolved)).not.toContain('listShard');
  expect(Object.keys(resolved)).not.toContain('arrival');
});
