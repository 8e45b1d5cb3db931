import { EVENT_PROPERTIES } from './declaration.ts';

/** What osls itself knows of an `msk` event. */
const FRAMEWORK_KEYS = [
  'arn',
  'topic',
  'batchSize',
  'maximumBatchingWindow',
  'enabled',
  'startingPosition',
  'startingPositionTimestamp',
  'consumerGroupId',
  'saslScram512',
  'filterPatterns',
  'provisionedPollerConfig',
];

/** What AWS has and we have not, by the names that people write. */
const UNSERVED: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^filter/i, 'filter in the function'],
  [/schemaRegistry/i, 'decode in the function'],
];

/** An `events` entry of a function in serverless.yml. */
type FunctionEvent = Readonly<Record<string, unknown>>;

/**
 * Refuses what would be ignored silently: events of self-managed clusters, settings that are not served, and keys that
 * nobody knows. (The framework checks keys only where `configValidationMode` is `error`.)
 * @throws Error that names function, topic, key and remedy
 */
export function refuseUnserved(functionName: string, events: readonly FunctionEvent[]): void {
  for (const event of events) {
    if (event['kafka'] !== undefined) {
      throw new Error(
        `${functionName} declares an event of a self-managed cluster (kafka), which is not served locally: declare msk`,
      );
    }
    if (event['msk'] !== undefined) refuseKeys(functionName, event['msk'] as FunctionEvent);
  }
}

function refuseKeys(functionName: string, msk: FunctionEvent): void {
  const known = new Set([...FRAMEWORK_KEYS, ...Object.keys(EVENT_PROPERTIES.properties)]);
  const mapping = `The mapping of ${String(msk['topic'])} to ${functionName}`;
  for (const key of Object.keys(msk)) {
    const unserved = UNSERVED.find(([pattern]) => pattern.test(key));
    if (unserved !== undefined) {
      throw new Error(`${mapping} declares ${key}, which is not served locally: ${unserved[1]}`);
    }
    if (!known.has(key)) {
      throw new Error(
        `${mapping} declares ${key}, which nobody knows: write one of ${[...known].join(', ')}`,
      );
    }
  }
}
