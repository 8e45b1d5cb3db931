import { Metrics as PowertoolsMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName, Metrics } from '../ports/metrics.ts';

/** Sets of dimensions kept apart in one environment; they come from closed lists, so this is a guard. */
const DIMENSION_SETS_MAX = 200;

/** Measures keep every value (percentiles); everything else is a count and is summed up. */
const MEASURES: ReadonlySet<MetricName> = new Set(['RetryLateness']);

export interface MetricsOptions {
  /** CloudWatch namespace. */
  readonly namespace: string;
  /** The dimension `service` of every metric. */
  readonly service: string;
}

/** The port, and the end of an invocation. */
export interface FlushableMetrics extends Metrics {
  /** Writes what was added since the last flush to stdout as Embedded Metric Format lines. Call once per invocation. */
  flush(): void;
}

interface MetricSet {
  readonly metrics: PowertoolsMetrics;
  readonly counts: Map<MetricName, number>;
}

/**
 * The port Metrics over Powertools: CloudWatch reads the lines out of the function's log.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * Nothing is thrown; a value that is no finite number is left out.
 */
export function createMetrics(options: MetricsOptions): FlushableMetrics {
  const sets = new Map<string, MetricSet>();

  /** One Powertools instance per set of dimensions: it empties its own dimensions when it writes early (100 values). */
  const setOf = (dimensions: Readonly<Record<string, string>>): MetricSet => {
    const key = JSON.stringify(dimensions);
    const known = sets.get(key);
    if (known !== undefined) return known;
    if (sets.size >= DIMENSION_SETS_MAX) return setOf({});
    const metrics = new PowertoolsMetrics({
      namespace: options.namespace,
      serviceName: options.service,
      defaultDimensions: { ...dimensions },
    });
    const set = { metrics, counts: new Map<MetricName, number>() };
    sets.set(key, set);
    return set;
  };
  setOf({}); // So that there is always room for the set without dimensions.

  return {
    add(name, value, dimensions = {}) {
      if (!Number.isFinite(value)) return;
      const { metrics, counts } = setOf(dimensions);
      if (MEASURES.has(name)) metrics.addMetric(name, MetricUnit.Milliseconds, value);
      else counts.set(name, (counts.get(name) ?? 0) + value);
    },
    flush() {
      for (const { metrics, counts } of sets.values()) {
        for (const [name, value] of counts) metrics.addMetric(name, MetricUnit.Count, value);
        counts.clear();
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
    },
  };
}
