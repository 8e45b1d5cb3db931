import type { DeadLetterFilter } from '../model/job.ts';

/**
 * The filter, its origin complete: a partition is one of the order topic where no topic is named. Pure, total.
 */
export function withOriginTopic(filter: DeadLetterFilter, orderTopic: string): DeadLetterFilter {
  const { originalTopic, originalPartition } = filter;
  if (originalPartition === undefined || originalTopic !== undefined) return filter;
  return { ...filter, originalTopic: orderTopic };
}

/**
 * What nobody can mean, with the remedy, for a person; undefined where nothing is wrong. Pure, total.
 * @param place what the fields stand in, with its dot: `filter.`, or nothing
 */
export function filterFault(filter: DeadLetterFilter, place = ''): string | undefined {
  const { fromMs, toMs, originalPartition, originalOffsetFrom, originalOffsetTo } = filter;
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    return `${place}from is not before ${place}to: give an earlier from or a later to`;
  }
  if (originalPartition === undefined) {
    const offsets = { originalOffsetFrom, originalOffsetTo };
    const [named] = Object.entries(offsets).find(([, offset]) => offset !== undefined) ?? [];
    if (named === undefined) return undefined;
    return `${place}${named} stands without ${place}originalPartition: offsets count within a partition, so name it, too`;
  }
  if (
    originalOffsetFrom !== undefined &&
    originalOffsetTo !== undefined &&
    originalOffsetFrom > originalOffsetTo
  ) {
    return `${place}originalOffsetFrom is over ${place}originalOffsetTo: give a lower originalOffsetFrom or a higher originalOffsetTo`;
  }
  return undefined;
}
