import { performance } from 'node:perf_hooks';
import { encodeRecord } from './event.ts';
import type { FetchTarget } from './fetch-response.ts';
import type { FetcherEvents } from './fetcher.ts';
import { appendFetched, createLane, type Lane } from './lane.ts';
import type { Schedule } from './schedule.ts';
import type { EventSourceLog, Mapping } from './types.ts';

const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

export interface LaneFeedOptions {
  readonly mapping: Mapping;
  readonly log: EventSourceLog;
  readonly schedule: Schedule;
  readonly onArrived: (count: number) => void;
  /** More partitions, or another topic by that name. */
  readonly onChanged: () => void;
  readonly onError: () => void;
}

/** What to fetch for the lanes, and what becomes of what was fetched. */
export function laneFeed(options: LaneFeedOptions): FetcherEvents {
  const { mapping, log, schedule, onArrived, onChanged } = options;
  const { lanes } = schedule;
  const { topic } = mapping;
  let partitionCount = Number.POSITIVE_INFINITY;
  return {
    onError: options.onError,
    plan() {
      const { topicId } = schedule;
      const wanted = [...lanes.values()]
        .filter(
          ({ queue, queueBytes }) =>
            queue.length < 2 * mapping.batchSize && queueBytes < QUEUE_BYTES_MAX,
        )
        .map(({ partition, fetchOffset }) => ({ topicId, partition, fetchOffset }));
      return {
        topicId: lanes.size === 0 ? undefined : topicId,
        wanted,
        isPartial: wanted.length < lanes.size,
      };
    },
    onFetched({ target, records, nextOffset, endOffset }) {
      const lane = laneOf(schedule, target);
      if (lane === undefined) return;
      lane.endOffset = endOffset;
      const nowMs = performance.now();
      const encoded = records.map((record) => encodeRecord(record, nowMs, mapping.behaviour));
      appendFetched(lane, encoded, nextOffset);
      onArrived(records.length);
    },
    onOutOfRange(target, { from, to }) {
      const lane = laneOf(schedule, target);
      if (lane === undefined) return;
      const offset = mapping.startingPosition === 'LATEST' ? to : from;
      log.warn(
        `${topic}-${target.partition}: offset ${target.fetchOffset} is gone, reading goes on at ${offset}`,
      );
      // What is read already and came before the gap is still delivered; a log that was cut off begins anew.
      if (target.fetchOffset < from) lane.fetchOffset = offset;
      else lanes.set(target.partition, createLane(target.partition, offset, -1));
    },
    onPartitionCount(count) {
      if (count > partitionCount) onChanged();
      partitionCount = count;
    },
    onTopicMadeAnew() {
      log.warn(`${topic} was deleted and made anew: it is read from its beginning`);
      lanes.clear();
      partitionCount = Number.POSITIVE_INFINITY;
      onChanged();
    },
  };
}

/** The lane that was to be read from there; undefined where it was assigned anew meanwhile. */
function laneOf(
  { topicId, lanes }: Schedule,
  { topicId: readFrom, partition, fetchOffset }: FetchTarget,
): Lane | undefined {
  const lane = lanes.get(partition);
  return readFrom === topicId && lane?.fetchOffset === fetchOffset ? lane : undefined;
}
