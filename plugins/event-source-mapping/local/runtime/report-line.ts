export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Largest resident set so far; undefined where the process did not live to tell it. */
  readonly peakMemoryMb: number | undefined;
  /** Only at the first invocation of an environment. */
  readonly initMs: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
}

/**
 * The line that Lambda writes at the end of each invocation. Pure.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function reportLine(report: InvocationReport): string {
  const { requestId, durationMs, memoryMb, peakMemoryMb, initMs, status } = report;
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    ...(peakMemoryMb === undefined ? [] : [`Max Memory Used: ${peakMemoryMb} MB`]),
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
  ].join('\t');
}
