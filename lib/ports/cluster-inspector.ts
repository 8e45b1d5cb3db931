/** State of a consumer group as the cluster tells it. */
export interface GroupDescription {
  /** Kafka's own word: Stable, Empty, Dead, PreparingRebalance, CompletingRebalance. */
  readonly state: string;
  /** For each member, the partitions assigned to it, by topic. */
  readonly members: readonly { readonly assignments: ReadonlyMap<string, readonly number[]> }[];
}

/** Asks the cluster about groups. Joins none. Rejects with AppError KAFKA_UNAVAILABLE. */
export interface ClusterInspector {
  describeGroup(groupId: string, deadlineMs: number): Promise<GroupDescription>;
  /** Committed offset by partition; a partition without one is left out. */
  committedOffsets(
    groupId: string,
    topic: string,
    deadlineMs: number,
  ): Promise<ReadonlyMap<number, number>>;
}
