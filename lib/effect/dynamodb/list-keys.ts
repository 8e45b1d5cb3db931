import type { DeadLetterItem, DeadLetterState } from '../../model/dead-letter.ts';
import type { ListPosition } from '../../ports/dead-letter-index.ts';

/** Partitions that the list is spread over, so that a flood of failures does not fall on one partition key. */
export const SHARD_COUNT = 4;

const SHARDS: readonly number[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/**
 * Keys that a list lies under: one for what is in the DLQ now (open or redriving), one for each other state; and the same
 * once more within a group.
 * @param state undefined: what is in the DLQ now
 */
export function listShards(
  state: DeadLetterState | undefined,
  group: string | undefined,
): readonly string[] {
  const within = group === undefined ? '' : `${group}#`;
  return SHARDS.map((shard) => `${within}${listName(state)}${shard}`);
}

/** Under which of them an item lies. Ids are hex, evenly spread. */
export function shardKeys({ id, state, group }: Pick<DeadLetterItem, 'id' | 'state' | 'group'>) {
  const shard = Number.parseInt(id.slice(0, 1), 16) % SHARD_COUNT;
  const listShard = `${listName(state)}${shard}`;
  return { listShard, groupShard: `${group}#${listShard}` };
}

function listName(state: DeadLetterState | undefined): string {
  if (state === undefined || state === 'open' || state === 'redriving') return '';
  return `${state}#`;
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
