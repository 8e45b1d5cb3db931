import { lagOf } from './lane.ts';
import type { Schedule } from './schedule.ts';
import type { EventSourceLog, Mapping } from './types.ts';

export interface PollerCount {
  /** Pollers at work. */
  current(): number;
  stop(): void;
}

export interface PollerCountOptions {
  readonly mapping: Mapping;
  readonly schedule: Pick<Schedule, 'lanes'>;
  readonly log: EventSourceLog;
  /** More may be invoked at a time than before. */
  readonly onMore: () => void;
}

/**
 * On demand the lag is looked at every minute; of provisioned mode only "three times faster" is told, and nothing of what
 * a backlog is.
 */
const LOOK_MS = { 'on-demand': 60_000, provisioned: 1_000 } as const;

export interface PollerNeed {
  /** Smallest and largest number, as declared. */
  readonly min: number;
  readonly max: number;
  /** No more pollers than these have anything to do. */
  readonly partitions: number;
  /** Records that are not settled yet. */
  readonly waiting: number;
  /** Records that a poller can have under way. */
  readonly underWayMax: number;
}

/**
 * How many pollers come after so many: twice as many where more waits than they can have under way, one less where one
 * less would have room for twice of what waits. Pure, total.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
 */
export function nextPollerCount(now: number, need: PollerNeed): number {
  const { min, max, partitions, waiting, underWayMax } = need;
  const most = Math.max(1, Math.min(max, partitions));
  const wanted =
    waiting > now * underWayMax ? now * 2 : 2 * waiting <= (now - 1) * underWayMax ? now - 1 : now;
  return Math.min(most, Math.max(wanted, min));
}

/**
 * Pollers scale with the lag between the two numbers that are declared. They are counted, not started: one member of the
 * group polls, and what a poller adds are its invocations at the same time. Looks on until it is stopped.
 */
export function createPollerCount(options: PollerCountOptions): PollerCount {
  const { mapping, schedule, log } = options;
  const { min, max, invocationsEach } = mapping.pollers;
  const isFixed = min === max || mapping.behaviour.pollerScaling === 'maximum';
  let count = isFixed ? max : min;

  function look(): void {
    const lanes = [...schedule.lanes.values()];
    const next = nextPollerCount(count, {
      min,
      max,
      partitions: lanes.length,
      waiting: lanes.reduce((sum, lane) => sum + lagOf(lane), 0),
      underWayMax: invocationsEach * mapping.batchSize,
    });
    if (next === count) return;
    log.debug(`${mapping.topic} → ${mapping.functionName}: ${count} → ${next} pollers`);
    const isMore = next > count;
    count = next;
    if (isMore) options.onMore();
  }

  const timer = isFixed ? undefined : setInterval(look, LOOK_MS[mapping.mode]);
  timer?.unref();
  return { current: () => count, stop: () => clearInterval(timer) };
}
