import type { Progress } from './maven-fetch.ts';

const SAY_FETCH_EVERY_MS = 2_000;
const SAY_WAIT_EVERY_MS = 5_000;

/** Tells of a fetch as it goes on: at once, then every other second, so that nobody waits in silence. */
export function fetchProgress(say: (line: string) => void): Progress {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (step) => {
    const what = `${step.what} with Maven (only this once)`;
    const time = `${seconds(step.elapsedMs)} s`;
    if (step.kind === 'fetched') return say(`fetched ${what}: ${step.jars} jars, ${time}`);
    if (step.elapsedMs - lastMs < SAY_FETCH_EVERY_MS) return;
    lastMs = step.elapsedMs;
    // Where Maven has them already, it only copies.
    const size = step.bytes > 0 ? `${megabytes(step.bytes)} MB, ` : '';
    say(`fetching ${what}: ${size}${time}`);
  };
}

/** Says every few seconds that something is still being waited for, until the work has ended. Rejects as it does. */
export async function whileWaiting<T>(
  what: string,
  say: (line: string) => void,
  work: Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  const timer = setInterval(
    () => say(`waiting for ${what}: ${seconds(performance.now() - startedMs)} s so far`),
    SAY_WAIT_EVERY_MS,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * For a start in which nobody says anything for long, e.g. on a machine that is busy.
 * @param nowMs any clock that only goes forward
 */
export function createSilenceBreaker(say: (line: string) => void, nowMs: () => number) {
  const startedMs = nowMs();
  let heardMs = startedMs;
  return {
    /** Something was said. */
    heard: () => void (heardMs = nowMs()),
    /** To be called now and then: says how long it takes where nothing was heard for five seconds. */
    look() {
      if (nowMs() - heardMs < SAY_WAIT_EVERY_MS) return;
      heardMs = nowMs();
      say(`still starting: ${seconds(nowMs() - startedMs)} s so far`);
    },
  };
}

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
const seconds = (ms: number) => Math.round(ms / 1000);
