import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * DynamoDB's 400 KB, names of the attributes included:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const ITEM_BYTES_MAX = 400 * 1024;

/**
 * What an item takes of that, or a few bytes more, for AWS tells the size of a number only roughly; never less, so that
 * an item that counts as small enough is refused for its size by nobody. Pure.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 *
 * @param item of texts, numbers, booleans and nulls
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item)
    .map(([name, value]) => Buffer.byteLength(name) + valueBytes(value))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** Of a number every digit counts here, of a boolean or null its one byte. */
function valueBytes({ S, N }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  return N === undefined ? 1 : N.length + 1;
}
