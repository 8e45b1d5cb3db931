import { performance } from 'node:perf_hooks';
import { nextStep, type NextStep, type Schedule, type ScheduleLimits } from './schedule.ts';

/** Records on their way to the function (or, oversize, past it). */
export type Delivery = Exclude<NextStep, { readonly kind: 'wait' }>;

export interface DispatcherOptions {
  readonly schedule: Schedule;
  readonly limits: ScheduleLimits;
  /** Deliveries at the same time; asked before each. */
  readonly concurrency: () => number;
  /** Never rejects. */
  deliver(delivery: Delivery): Promise<void>;
  /** After every delivery: something may be committed, and fetched. */
  onDelivered(): void;
}

export interface Dispatcher {
  /** Starts what can be started now. What comes in the same tick is delivered together. */
  pump(): void;
  /** Starts nothing more until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing is under way, or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void>;
}

/** Decides when the next delivery starts: on arrival, at the end of another one, or when a time has come. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { schedule, limits, concurrency } = options;
  let inFlight = 0;
  let isPaused = false;
  let isPumpDue = false;
  let timer: NodeJS.Timeout | undefined;
  const idleWaiters = new Set<() => void>();

  function pump(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    queueMicrotask(() => {
      isPumpDue = false;
      startAll();
    });
  }

  function startAll(): void {
    clearTimeout(timer);
    while (inFlight < concurrency() && !isPaused) {
      const nowMs = performance.now();
      const step = nextStep(schedule, limits, nowMs);
      if (step.kind !== 'wait') {
        void start(step);
        continue;
      }
      if (step.untilMs < Number.POSITIVE_INFINITY)
        timer = setTimeout(pump, step.untilMs - nowMs + 1);
      break;
    }
  }

  async function start(delivery: Delivery): Promise<void> {
    inFlight++;
    await options.deliver(delivery);
    inFlight--;
    options.onDelivered();
    if (inFlight === 0) for (const wake of idleWaiters) wake();
    pump();
  }

  return {
    pump,
    pause() {
      isPaused = true;
      clearTimeout(timer);
    },
    resume() {
      isPaused = false;
      pump();
    },
    async idle(timeoutMs) {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(wake, timeoutMs);
        function wake(): void {
          clearTimeout(limit);
          idleWaiters.delete(wake);
          resolve();
        }
        idleWaiters.add(wake);
      });
    },
  };
}
