import { whenDue } from '../decide/readiness.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Clock } from '../ports/clock.ts';
import { waitAtMost } from './pause.ts';

export interface RunOptions {
  readonly clock: Clock;
  /** Records that run side by side, ≥ 1. */
  readonly concurrencyMax: number;
  /** Epoch ms; a record is not started after it. */
  readonly latestStartMs: number;
}

/** The records of one key, in offset order; the head is the one whose turn it is. */
interface KeyLane {
  readonly deliveries: Delivery[];
  /** Of the head. */
  notBeforeMs: number | undefined;
}

/**
 * Runs the records of one partition: those of different keys side by side up to a bound, each when it is due, those of
 * one key strictly one after the other. A record without key is its own key.
 *
 * @param deliveries in ascending offsets
 * @param run never rejects
 * @returns the deliveries that were not started for lack of time
 */
export async function runPartition(
  deliveries: readonly Delivery[],
  run: (delivery: Delivery) => Promise<void>,
  options: RunOptions,
): Promise<readonly Delivery[]> {
  const { clock, concurrencyMax, latestStartMs } = options;
  let waiting: KeyLane[] = toKeyLanes(deliveries);
  const running = new Set<Promise<void>>();

  const start = (lane: KeyLane) => {
    const [head] = lane.deliveries;
    if (head === undefined) return;
    const ended = run(head).then(() => {
      running.delete(ended);
      lane.deliveries.shift();
      const next = lane.deliveries[0];
      if (next === undefined) return;
      lane.notBeforeMs = next.state.notBeforeMs;
      waiting = insertByOffset(waiting, lane);
    });
    running.add(ended);
  };

  for (;;) {
    const free = concurrencyMax - running.size;
    const readiness = whenDue(waiting, free, clock.nowMs(), latestStartMs);
    waiting = [...readiness.rest];
    readiness.start.forEach(start);
    const lookAgainAtMs = running.size < concurrencyMax ? readiness.lookAgainAtMs : undefined;
    if (running.size === 0 && lookAgainAtMs === undefined) break;
    await somethingChanges(running, lookAgainAtMs, clock);
  }
  return waiting.flatMap((lane) => lane.deliveries);
}

function toKeyLanes(deliveries: readonly Delivery[]): KeyLane[] {
  const lanes: KeyLane[] = [];
  const byKey = new Map<string, KeyLane>();
  for (const delivery of deliveries) {
    const { key } = delivery.record;
    const name = key === null ? undefined : Buffer.from(key).toString('latin1');
    const known = name === undefined ? undefined : byKey.get(name);
    if (known !== undefined) {
      known.deliveries.push(delivery);
      continue;
    }
    const lane: KeyLane = { deliveries: [delivery], notBeforeMs: delivery.state.notBeforeMs };
    lanes.push(lane);
    if (name !== undefined) byKey.set(name, lane);
  }
  return lanes;
}

function insertByOffset(lanes: readonly KeyLane[], lane: KeyLane): KeyLane[] {
  const at = lanes.findIndex((other) => offsetOf(other) > offsetOf(lane));
  return at === -1 ? [...lanes, lane] : lanes.toSpliced(at, 0, lane);
}

function offsetOf(lane: KeyLane): number {
  return lane.deliveries[0]?.record.offset ?? Infinity;
}

async function somethingChanges(
  running: ReadonlySet<Promise<void>>,
  lookAgainAtMs: number | undefined,
  clock: Clock,
): Promise<void> {
  if (lookAgainAtMs === undefined) return Promise.race(running);
  // Where none runs, the race of none never ends.
  await waitAtMost(Promise.race(running), lookAgainAtMs, clock);
}
