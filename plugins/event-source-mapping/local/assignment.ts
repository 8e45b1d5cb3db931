import { committableOffset, createLane } from './lane.ts';
import type { Assignment } from './positions.ts';
import type { Schedule } from './schedule.ts';

/**
 * Takes over an assignment. Partitions that stay go on where they are, unless the group has gone past them meanwhile
 * (somebody else had them); those that left, or are of another topic by that name, are forgotten, with all that was
 * fetched of them.
 */
export function takeAssignment(schedule: Schedule, { topicId, partitions }: Assignment): void {
  const { lanes } = schedule;
  const assigned = new Set(partitions.map(({ partition }) => partition));
  for (const partition of lanes.keys()) {
    if (topicId !== schedule.topicId || !assigned.has(partition)) lanes.delete(partition);
  }
  schedule.topicId = topicId;
  for (const { partition, startOffset, committedOffset } of partitions) {
    const lane = lanes.get(partition);
    if (lane !== undefined && committedOffset <= committableOffset(lane)) continue;
    lanes.set(partition, createLane(partition, startOffset, startOffset));
  }
}
