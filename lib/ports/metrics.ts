/** The metrics that the functions emit; meaning and unit of each: docs/contracts.md. */
export const METRIC_NAMES = [
  'RecordsProcessed',
  'RecordsRetried',
  'RecordsDeadLettered',
  'RecordsUnsettled',
  'RetryLateness',
  'DeadLettersPublished',
  'DeadLettersEnded',
  'FailureGroupsNew',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** Counts and measures. Nothing is thrown. */
export interface Metrics {
  /** @param dimensions at most one, e.g. { tier: 'order-events-retry-1s' } or { reason: 'undecodable' } */
  add(name: MetricName, value: number, dimensions?: Readonly<Record<string, string>>): void;
}
