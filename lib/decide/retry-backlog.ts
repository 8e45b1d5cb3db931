/** Where a partition begins and ends, and how far its group has come. */
export interface PartitionProgress {
  readonly partition: number;
  readonly lowOffset: number;
  /** One past the last record. */
  readonly highOffset: number;
  /** The next offset that the group reads; undefined where it has committed none. */
  readonly committed: number | undefined;
}

/** Records of a partition that wait: `count` of them, from `fromOffset` on. */
export interface Backlog {
  readonly partition: number;
  readonly fromOffset: number;
  readonly count: number;
}

/**
 * What still waits in a partition. A group without a commit starts at the first record that is there (its mapping
 * starts at TRIM_HORIZON), and so does one whose commit was overtaken by retention. Exact where the topic is neither
 * compacted nor written in transactions, as ours are. Pure, total.
 */
export function backlogOf(progress: PartitionProgress): Backlog {
  const { partition, lowOffset, highOffset, committed = lowOffset } = progress;
  const fromOffset = Math.max(lowOffset, committed);
  return { partition, fromOffset, count: Math.max(0, highOffset - fromOffset) };
}

/** Whether somebody processes the topic: the group is stable and has a member that holds a partition of it. */
export function isProcessing(
  group: {
    readonly state: string;
    readonly members: readonly { readonly assignments: ReadonlyMap<string, readonly number[]> }[];
  },
  topic: string,
): boolean {
  return (
    group.state === 'Stable' &&
    group.members.some(({ assignments }) => (assignments.get(topic) ?? []).length > 0)
  );
}
