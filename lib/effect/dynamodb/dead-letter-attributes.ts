import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeadLetterItem } from '../../model/dead-letter.ts';
import { arrivalKey, listShard } from './list-keys.ts';

export type Attributes = Record<string, AttributeValue>;

/**
 * An item as DynamoDB stores it. Only what is in the DLQ now has list keys, so that the index of arrivals holds nothing
 * else (a sparse index).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
 */
export function toAttributes(item: DeadLetterItem): Attributes {
  const { envelopeAt, ...flat } = item;
  const { topic, partition, offset } = envelopeAt;
  const fields = {
    ...flat,
    envelopeTopic: topic,
    envelopePartition: partition,
    envelopeOffset: offset,
    ...(item.state === 'resolved'
      ? {}
      : { listShard: listShard(item.id), arrival: arrivalKey(item) }),
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, toAttribute(value)]),
  );
}

/** Attributes that toAttributes wrote. */
export function fromAttributes(attributes: Attributes): DeadLetterItem {
  const fields = Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]);
  const {
    listShard: _,
    arrival: __,
    envelopeTopic,
    envelopePartition,
    envelopeOffset,
    ...flat
  } = Object.fromEntries(fields) as Record<string, unknown>;
  return {
    ...flat,
    envelopeAt: { topic: envelopeTopic, partition: envelopePartition, offset: envelopeOffset },
  } as DeadLetterItem;
}

function toAttribute(value: string | number | boolean | null): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    default:
      return { NULL: true };
  }
}

function fromAttribute({ S, N, BOOL }: AttributeValue): string | number | boolean | null {
  return S ?? (N === undefined ? undefined : Number(N)) ?? BOOL ?? null;
}
