import { Console } from 'node:console';
import type { Writable } from 'node:stream';
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import type { Log, LogFields } from '../ports/log.ts';

/** Who logs. Everything in it stands on every line. */
export interface LogIdentity {
  /** Name of the service, e.g. `order-service`. */
  readonly service: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  /** AWS's id of the invocation. */
  readonly requestId?: string;
}

/** A log, and others of the same stream that have more on each line. */
export interface FieldedLog extends Log {
  /** The same log with `fields` on every line; a line's own fields win. */
  withFields(fields: LogFields): FieldedLog;
}

/**
 * Our field names, as people's scripts match them, and beside each the name that OpenTelemetry's semantic conventions
 * (1.36: messaging, Kafka, FaaS, error) have for the same thing: both stand on the line.
 */
const OPEN_TELEMETRY_NAMES: Readonly<Record<string, string>> = {
  service: 'service.name',
  functionName: 'faas.name',
  functionVersion: 'faas.version',
  requestId: 'faas.invocation_id',
  topic: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  offset: 'messaging.kafka.offset',
  consumerGroup: 'messaging.consumer.group.name',
  errorType: 'error.type',
  errorMessage: 'exception.message',
  errorStack: 'exception.stacktrace',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
};

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/**
 * Powertools' levels, sampling and base fields, with lines made in one go: its own way of merging, cleaning and printing
 * nested values and errors takes longer than all the rest of a record's way, and our fields are flat. Every line goes to
 * one stream: Powertools would send WARN and above to stderr, out of the order of the others.
 */
function createLogger(service: string, stream: Writable): Logger {
  const lines = new Console({ stdout: stream, stderr: stream });
  class LineLogger extends Logger {
    protected override printLog(_level: number, item: LogItem): void {
      const { base, always, fields } = item.getAttributes();
      const [first, last] = [JSON.stringify(base), JSON.stringify(fields)];
      const rest = last === '{}' ? last.slice(1) : `,${last.slice(1)}`;
      lines.log(`${first.slice(0, -1)}${always as string}${rest}`);
    }
  }
  return new LineLogger({ serviceName: service, logFormatter: new PartsFormatter() });
}

/** Powertools' fields and ours side by side: copies of so many, line by line, are what costs. */
class PartsFormatter extends LogFormatter {
  override formatAttributes(
    base: UnformattedAttributes,
    { always = '', fields = {} }: LogAttributes,
  ): LogItem {
    const powertools = {
      level: base.logLevel,
      message: base.message,
      // Powertools would look for a time zone in the environment, each time; ours is UTC.
      timestamp: base.timestamp.toISOString(),
      service: base.serviceName,
      sampling_rate: base.sampleRateValue,
      xray_trace_id: base.xRayTraceId,
    };
    return new LogItem({ attributes: { base: powertools, always, fields } });
  }
}

/**
 * The port Log as one JSON line per call: `level` (DEBUG, INFO, WARN, ERROR, CRITICAL), `message`, `timestamp`,
 * `service`, then the identity and the fields at the top level; a field that is undefined is left out. The least level
 * is Powertools' own setting (`POWERTOOLS_LOG_LEVEL`). Nothing is thrown.
 *
 * @param stream where the lines go; stdout, where Lambda picks them up
 */
export function createLog(
  { service, ...who }: LogIdentity,
  stream: Writable = process.stdout,
): FieldedLog {
  const always = { 'service.name': service, ...toLogAttributes({ ...who }) };
  return withAlways(createLogger(service, stream), always);
}

function withAlways(logger: Logger, always: LogAttributes): FieldedLog {
  // Put down once: it is on every line.
  const text = `,${JSON.stringify(always).slice(1, -1)}`;
  const attributes = (fields: LogFields = {}): LogAttributes => {
    const own = toLogAttributes(fields);
    // No name may stand twice on a line; a line's own fields win.
    for (const name in own) if (name in always) return { fields: { ...always, ...own } };
    return { always: text, fields: own };
  };
  return {
    debug: (message, fields) => logger.debug(message, attributes(fields)),
    info: (message, fields) => logger.info(message, attributes(fields)),
    warn: (message, fields) => logger.warn(message, attributes(fields)),
    error: (message, fields) => logger.error(message, attributes(fields)),
    critical: (message, fields) => logger.critical(message, attributes(fields)),
    withFields: (fields) => withAlways(logger, { ...always, ...toLogAttributes(fields) }),
  };
}

/** Fields under our names and, where there is one, under OpenTelemetry's; of a valid `traceparent` its ids as well. */
function toLogAttributes(fields: LogFields): LogAttributes {
  const attributes: LogAttributes = {};
  for (const name in fields) {
    const value = fields[name];
    // What is unknown or empty is left out, as Powertools does.
    if (value === undefined || value === null || value === '') continue;
    attributes[name] = value;
    const theirs = OPEN_TELEMETRY_NAMES[name];
    // The convention has the partition as a string.
    if (theirs !== undefined) attributes[theirs] = name === 'partition' ? String(value) : value;
    if (name === 'traceparent') Object.assign(attributes, traceIds(String(value)));
  }
  return attributes;
}

/** Names: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/ */
function traceIds(traceparent: string): Record<string, string> {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return {};
  return { trace_id: traceId, span_id: spanId, trace_flags: flags };
}
