import { LOCAL_AWS } from './dynamodb-tables.ts';
import { readEndpoints } from './endpoints.ts';

/**
 * Serverless plugin: `serverless invoke local` runs a function against the local stack that is up, or against
 * `KAFKA_BROKERS` where that is set.
 */
export default class LocalInvokePlugin {
  readonly hooks: Record<string, () => void>;

  constructor() {
    this.hooks = { 'before:invoke:local:invoke': useRunningStack };
  }
}

/** The function runs in this very process, whose environment the framework has filled by now. */
function useRunningStack(): void {
  if (process.env['KAFKA_BROKERS']) return;
  const endpoints = readEndpoints(process.env);
  if (endpoints === undefined) {
    process.stderr.write(
      'No local stack is up: run `npm start` in another terminal first, or set KAFKA_BROKERS.\n',
    );
    process.exit(1);
  }
  Object.assign(process.env, LOCAL_AWS, {
    KAFKA_BROKERS: endpoints.kafka,
    KAFKA_AUTH: 'none',
    SCHEMA_REGISTRY_URL: endpoints.schemaRegistry,
    GLUE_SCHEMA_REGISTRY: '',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    ORDER_FAILURE_SIMULATION: process.env['ORDER_FAILURE_SIMULATION'] ?? 'on',
  });
}
