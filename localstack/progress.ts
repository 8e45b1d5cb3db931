import { KAFKA_VERSION, type Progress } from './kafka-jars.ts';

const SAY_EVERY_MS = 2_000;

/** Tells of a fetch as it goes on: at once, then every other second, so that nobody waits in silence. */
export function fetchProgress(say: (line: string) => void): Progress {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (jars, elapsedMs) => {
    if (elapsedMs - lastMs < SAY_EVERY_MS) return;
    lastMs = elapsedMs;
    const seconds = Math.round(elapsedMs / 1000);
    say(`fetching Kafka ${KAFKA_VERSION} with Maven (only this once): ${jars} jars, ${seconds} s`);
  };
}
