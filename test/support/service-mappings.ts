import { join } from 'node:path';
import { mappingTable } from '../../infra/mappings.ts';
import type { Config } from '../../lib/config.ts';
import {
  BEHAVIOUR_DEFAULTS,
  BEHAVIOUR_OTHERS,
  type Behaviour,
} from '../../plugins/event-source-mapping/local/behaviour.ts';
import type { EventSourceOptions } from '../../plugins/event-source-mapping/local/event-source.ts';
import { deploymentOf } from './deployment.ts';

export interface ServiceMappingsOptions {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string>>;
  readonly bundleDir: string;
  /** Invocations of a mapping at the same time. */
  readonly concurrency: number;
}

/** Where AWS is silent, the tests run under both behaviours: `npm run test:full`. */
export function behaviourOf(env: NodeJS.ProcessEnv): Behaviour {
  return env['EVENT_SOURCE_BEHAVIOUR'] === 'other' ? BEHAVIOUR_OTHERS : BEHAVIOUR_DEFAULTS;
}

/** The mappings of infra/mappings.ts over the bundles. */
export function serviceMappings({
  config,
  environment,
  bundleDir,
  concurrency,
}: ServiceMappingsOptions): Omit<EventSourceOptions, 'brokers' | 'log' | 'onFunctionOutput'> {
  const mappings = Object.entries(
    mappingTable(
      config,
      deploymentOf({ MAPPING_PARTIAL_RESPONSES: config.partialResponses ? 'on' : 'off' }),
    ),
  );
  return {
    sessionTimeoutMs: 3_000,
    drainMs: 1_000,
    behaviour: behaviourOf(process.env),
    functions: mappings.map(([name]) => ({
      name,
      handler: `${join(bundleDir, name)}.handler`,
      timeoutMs: config.functionTimeoutMs,
      memoryMb: 256,
      environment,
    })),
    mappings: mappings.flatMap(([functionName, events]) =>
      events.map(({ arn, ...event }) => ({
        ...event,
        functionName,
        eventSourceArn: arn,
        concurrency,
      })),
    ),
  };
}
