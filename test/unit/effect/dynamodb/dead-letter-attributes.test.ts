import { expect, it } from 'vitest';
import {
  fromAttributes,
  toAttributes,
} from '../../../../lib/effect/dynamodb/dead-letter-attributes.ts';
import { arrivalKey, shardKeys } from '../../../../lib/effect/dynamodb/list-keys.ts';
import { DEAD_LETTER_STATES } from '../../../../lib/model/dead-letter.ts';
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

it.each(DEAD_LETTER_STATES)(
  'one that is %s lies in the list of its state, and in that of its group',
  (state) => {
    const item = deadLetterItem({ id: idOf(1), state });
    const { listShard, groupShard } = shardKeys(item);
    expect(toAttributes(item)).toMatchObject({
      listShard: { S: listShard },
      groupShard: { S: groupShard },
      arrival: { S: arrivalKey(item) },
    });
  },
);

it('tells the table when to forget it, in seconds, where it has ended', () => {
  expect(toAttributes(deadLetterItem({ expiresAtMs: 1_001 }))).toMatchObject({
    expiresAt: { N: '2' },
  });
  expect(toAttributes(deadLetterItem({ expiresAtMs: null }))).not.toHaveProperty('expiresAt');
});

it('keeps its life: redrive and history', () => {
  const item = deadLetterItem({
    redrive: { id: 'job-1', count: 1, claimedAtMs: 1, staleAtMs: 2, outcome: null },
    expiresAtMs: 1_001,
  });
  expect(fromAttributes(toAttributes(item))).toEqual(item);
});
