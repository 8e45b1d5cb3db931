import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fingerprint } from '../../decide/fingerprint.ts';
import { CANDIDATE_FIELDS, type Candidate, type DeadLetterItem } from '../../model/dead-letter.ts';
import { arrivalKey, shardKeys } from './list-keys.ts';

export type Attributes = Record<string, AttributeValue>;

/**
 * An item as DynamoDB stores it. History and redrive are JSON texts; `expiresAt`, in seconds, is what the table forgets
 * ended ones by: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-how-to.html
 */
export function toAttributes(item: DeadLetterItem): Attributes {
  const { envelopeAt, redrive, history, ...flat } = item;
  const { expiresAtMs } = item;
  const { topic, partition, offset } = envelopeAt;
  const fields = {
    ...flat,
    envelopeTopic: topic,
    envelopePartition: partition,
    envelopeOffset: offset,
    redrive: redrive && JSON.stringify(redrive),
    history: JSON.stringify(history),
    ...(expiresAtMs === null ? {} : { expiresAt: Math.ceil(expiresAtMs / 1000) }),
    ...shardKeys(item),
    arrival: arrivalKey(item),
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, toAttribute(value)]),
  );
}

/** Attributes that toAttributes wrote, of this version or of one that knew no groups and no redrives. */
export function fromAttributes(attributes: Attributes): DeadLetterItem {
  const fields = Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]);
  const {
    listShard: _,
    groupShard: __,
    arrival: ___,
    envelopeTopic,
    envelopePartition,
    envelopeOffset,
    redrive,
    history,
    expiresAt: ____,
    ...flat
  } = Object.fromEntries(fields) as Record<string, unknown>;
  const item = {
    ...flat,
    envelopeAt: { topic: envelopeTopic, partition: envelopePartition, offset: envelopeOffset },
    redrive: typeof redrive === 'string' ? JSON.parse(redrive) : null,
    history: typeof history === 'string' ? JSON.parse(history) : [],
  } as DeadLetterItem;
  return flat['group'] === undefined ? withoutLife(item) : item;
}

/** The part of an item that a plan goes by; undefined where the item has no group, from which the whole one has to tell. */
export function toCandidate(attributes: Attributes): Candidate | undefined {
  if (attributes['group'] === undefined) return undefined;
  const fields = CANDIDATE_FIELDS.map((name) => [name, fromAttribute(attributes[name] ?? {})]);
  const { redrive, ...flat } = Object.fromEntries(fields) as Record<string, unknown>;
  return {
    ...flat,
    redrive: typeof redrive === 'string' ? JSON.parse(redrive) : null,
  } as Candidate;
}

/** One that was written before dead letters had groups: what can be told of its life. */
function withoutLife(item: DeadLetterItem): DeadLetterItem {
  const { errorType: type, errorMessage: message, failedAttempts, arrivedAtMs } = item;
  return {
    ...item,
    group: fingerprint({ type, message }).group,
    totalAttempts: failedAttempts,
    changedAtMs: arrivedAtMs,
    expiresAtMs: null,
  };
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

function fromAttribute({ S, N, BOOL }: Partial<AttributeValue>): string | number | boolean | null {
  return S ?? (N === undefined ? undefined : Number(N)) ?? BOOL ?? null;
}
