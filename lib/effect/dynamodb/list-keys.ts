import type { ListPosition } from '../../ports/dead-letter-index.ts';

/** Partitions that the list is spread over, so that a flood of failures does not fall on one partition key. */
const SHARD_COUNT = 4;

/** Names of all of them. */
export const LIST_SHARDS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, shard) =>
  String(shard),
);

/** Ids are hex, evenly spread. */
export function listShard(id: string): string {
  return String(Number.parseInt(id.slice(0, 1), 16) % SHARD_COUNT);
}

/** Sorts as text like (arrival, id) does: 16 digits hold any safe integer. */
export function arrivalKey({ arrivedAtMs, id }: ListPosition): string {
  return `${arrivalFloor(arrivedAtMs)}#${id}`;
}

/** Sorts before the key of anything that arrived at that instant, and behind all that arrived before it. */
export function arrivalFloor(arrivedAtMs: number): string {
  return String(arrivedAtMs).padStart(16, '0');
}

export function listPosition(key: string): ListPosition {
  const [arrivedAtMs, id = ''] = key.split('#');
  return { arrivedAtMs: Number(arrivedAtMs), id };
}
