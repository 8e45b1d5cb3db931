import { expect, it } from 'vitest';
import {
  fromAttributes,
  toAttributes,
} from '../../../../lib/effect/dynamodb/dead-letter-attributes.ts';
import { deadLetterItem } from '../../../support/dead-letter-items.ts';

it.each([
  ['all fields', {}],
  ['null and empty', { orderId: null, originalMessage: '', originalMessageEncoding: null }],
  ['no message', { originalMessage: null, bytesMissing: true, originalMessageTruncated: true }],
  ['the last offset', { originalOffset: Number.MAX_SAFE_INTEGER, state: 'resolved' as const }],
])('an item comes back as it was: %s', (_name, over) => {
  const item = deadLetterItem(over);
  expect(fromAttributes(toAttributes(item))).toEqual(item);
});

it('only what has ended is forgotten some day', () => {
  expect(Object.keys(toAttributes(deadLetterItem()))).not.toContain('expiresAt');
  const ended = deadLetterItem({ state: 'resolved', expiresAtMs: 1_767_225_610_001 });
  expect(toAttributes(ended)['expiresAt']).toEqual({ N: '1767225611' });
});
