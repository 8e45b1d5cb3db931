import type { AssignedPartition } from './group-member.ts';
import { committableOffset, createLane } from './lane.ts';
import type { Schedule } from './schedule.ts';

/**
 * Takes over an assignment. Partitions that stay go on where they are, unless the group has gone past them meanwhile
 * (somebody else had them); those that left are forgotten, with all that was fetched of them.
 */
export function takeAssignment(schedule: Schedule, assigned: readonly AssignedPartition[]): void {
  const { lanes } = schedule;
  const partitions = new Set(assigned.map(({ partition }) => partition));
  for (const partition of lanes.keys()) {
    if (!partitions.has(partition)) lanes.delete(partition);
  }
  for (const { partition, startOffset, committedOffset } of assigned) {
    const lane = lanes.get(partition);
    if (lane !== undefined && committedOffset <= committableOffset(lane)) continue;
    lanes.set(partition, createLane(partition, startOffset, startOffset));
  }
}
