import type { Benchmark } from './figure.ts';
import { avro } from './figures/avro.ts';
import { bundle } from './figures/bundle.ts';
import { deadLetter } from './figures/dead-letter.ts';
import { dlqApi } from './figures/dlq-api.ts';
import { eventSource } from './figures/event-source.ts';
import { fingerprints } from './figures/fingerprint.ts';
import { handOver } from './figures/hand-over.ts';
import { healthy } from './figures/healthy.ts';
import { memory } from './figures/memory.ts';
import { overhead } from './figures/overhead.ts';
import { redrive } from './figures/redrive.ts';
import { retries } from './figures/retries.ts';

/** In the order in which they are run and shown. */
export const BENCHMARKS: readonly Benchmark[] = [
  overhead,
  handOver,
  retries,
  healthy,
  deadLetter,
  redrive,
  dlqApi,
  fingerprints,
  bundle,
  avro,
  memory,
  eventSource,
];
