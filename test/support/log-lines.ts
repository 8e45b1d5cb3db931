import { PassThrough } from 'node:stream';
import { createLog, type FieldedLog } from '../../lib/lambda/log.ts';
import type { Metrics } from '../../lib/ports/metrics.ts';

/** One line of the structured log. */
export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly message: string;
};

export interface CapturedLog {
  readonly log: FieldedLog;
  /** What was logged since the last call. */
  readonly lines: () => LogLine[];
  /** The same, as `LEVEL message`. */
  readonly texts: () => string[];
}

/** The real log, its lines kept. */
export function captureLog(): CapturedLog {
  const stream = new PassThrough();
  const lines = () =>
    String(stream.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine);
  return {
    log: createLog({ service: 'order-service' }, stream),
    lines,
    texts: () => lines().map(({ level, message }) => `${level} ${message}`),
  };
}

export type Measure = Parameters<Metrics['add']>;

/** Notes what is counted. */
export function noteMetrics(): { readonly metrics: Metrics; readonly measures: Measure[] } {
  const measures: Measure[] = [];
  return { measures, metrics: { add: (...measure) => void measures.push(measure) } };
}
