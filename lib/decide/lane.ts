/**
 * The fixed share by which waits in a lane (tier, partition) are longer, in [0, jitter]: evenly spread over the
 * partitions, and shifted by the tier so that no key draws the longest wait in every tier. Pure, total.
 *
 * @param tierIndex the tier's place in the policy, ≥ 0
 * @param partition in [0, partitionCount)
 */
export function laneFactor(
  tierIndex: number,
  partition: number,
  partitionCount: number,
  jitter: number,
): number {
  if (partitionCount <= 1) return 0;
  return (jitter * ((partition + tierIndex) % partitionCount)) / (partitionCount - 1);
}
