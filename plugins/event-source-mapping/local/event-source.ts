import { createDestination } from './destination.ts';
import { resolveBehaviour, type Behaviour } from './behaviour.ts';
import type { BatchLineLevel } from './delivery-log.ts';
import { resolveMapping } from './mapping.ts';
import { createPoller, type PollerState } from './poller.ts';
import { createEnvironmentPool, type EnvironmentPool } from './runtime/environment-pool.ts';
import { openProcessRegistry } from './runtime/process-registry.ts';
import { watchSources } from './runtime/source-watch.ts';
import type {
  EventSourceLog,
  FunctionDeclaration,
  FunctionOutput,
  MappingDeclaration,
} from './types.ts';

export interface EventSourceOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly mappings: readonly MappingDeclaration[];
  /** The functions that the mappings name. */
  readonly functions: readonly FunctionDeclaration[];
  readonly log?: EventSourceLog;
  /** Every line that a function writes, untouched; default: the same stream of this process. */
  readonly onFunctionOutput?: (output: FunctionOutput) => void;
  /** Longest wait for running invocations at stop; default 10 s. What still runs then is killed, and comes again. */
  readonly drainMs?: number;
  /** How long the group waits for a poller that died; default 6 s. */
  readonly sessionTimeoutMs?: number;
  /** What AWS leaves open; default: see BEHAVIOUR_DEFAULTS. */
  readonly behaviour?: Partial<Behaviour>;
  /** Level of the line for each batch; default `debug`. */
  readonly batchLines?: BatchLineLevel;
  /** Waiting records from which on a mapping falls behind; default 1,000. */
  readonly lagWarning?: number;
  /** Function that waits for a debugger at that port: one environment, no timeout. */
  readonly inspect?: { readonly functionName: string; readonly port: number };
}

export interface EventSource {
  /** Resolves when every mapping has joined its group (or was stopped): from then on records are read. */
  readonly ready: Promise<void>;
  state(): readonly PollerState[];
  /** The functions' code changed: the next invocations are cold starts. */
  reload(): Promise<void>;
  /** Drains, commits, leaves the groups, ends every process. Never rejects; again is the same. */
  stop(): Promise<void>;
}

const DRAIN_DEFAULT_MS = 10_000;
const SESSION_TIMEOUT_DEFAULT_MS = 6_000;
const LAG_WARNING_DEFAULT = 1_000;

const SILENT: EventSourceLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Event source mappings of MSK on this machine: polls as AWS does, runs each function in processes of its own.
 * @throws Error that names the mapping and what is wrong with it, before anything is started
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { brokers, log = SILENT, drainMs = DRAIN_DEFAULT_MS, batchLines = 'debug' } = options;
  const behaviour = resolveBehaviour(options.behaviour);
  const mappings = options.mappings.map((mapping) => resolveMapping(mapping, behaviour));
  refuseSharedGroups(mappings.map(({ groupId }) => groupId));
  const pools = new Map<string, EnvironmentPool>();
  refuseUnknownFunction(options.inspect?.functionName, options.functions);
  const registry = openProcessRegistry();
  for (const declaration of options.functions) {
    const mine = mappings.filter(({ functionName }) => functionName === declaration.name);
    const isInspected = options.inspect?.functionName === declaration.name;
    const environmentsMax = mine.reduce((sum, { concurrency }) => sum + concurrency, 0);
    const pool = createEnvironmentPool({
      declaration,
      onOutput: options.onFunctionOutput ?? passOn,
      onReport: (line) => log[batchLines](`${declaration.name}: ${line}`),
      freeze: behaviour.betweenInvocations === 'frozen',
      registry,
      environmentsMax: isInspected ? 1 : environmentsMax,
      ...(isInspected && { inspectPort: options.inspect.port }),
    });
    pools.set(declaration.name, pool);
  }
  const destination = createDestination(brokers, log);
  const pollers = mappings.map((mapping) => {
    const pool = pools.get(mapping.functionName);
    if (pool === undefined) {
      throw new Error(
        `Mapping of ${mapping.topic}: there is no function ${mapping.functionName}, only ${[...pools.keys()].join(', ')}`,
      );
    }
    return { mapping, pool };
  });
  const sources = watchSources(options.functions, (names) => {
    log.info(`Changed: ${names.join(', ')}; the next invocation is a cold start`);
    for (const name of names) void pools.get(name)?.recycle();
  });
  const running = pollers.map(({ mapping, pool }) =>
    createPoller({
      brokers,
      mapping,
      pool,
      destination,
      log,
      sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_TIMEOUT_DEFAULT_MS,
      batchLines,
      lagWarning: options.lagWarning ?? LAG_WARNING_DEFAULT,
    }),
  );
  let stopping: Promise<void> | undefined;
  return {
    ready: Promise.all(running.map(({ ready }) => ready)).then(() => undefined),
    state: () => running.map((poller) => poller.state()),
    async reload() {
      await Promise.all([...pools.values()].map((pool) => pool.recycle()));
    },
    stop() {
      stopping ??= (async () => {
        sources.close();
        await Promise.all(running.map((poller) => poller.stop(drainMs)));
        await Promise.all([...pools.values()].map((pool) => pool.stop()));
        await destination.close();
        registry.close();
      })();
      return stopping;
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html: unique among all mappings. */
function refuseSharedGroups(groupIds: readonly string[]): void {
  const twice = groupIds.find((groupId, index) => groupIds.indexOf(groupId) !== index);
  if (twice !== undefined) {
    throw new Error(`Two mappings have the consumer group ${twice}: each needs one of its own`);
  }
}

function refuseUnknownFunction(
  name: string | undefined,
  functions: readonly FunctionDeclaration[],
): void {
  if (name === undefined || functions.some((one) => one.name === name)) return;
  throw new Error(
    `There is no function ${name} behind an event source mapping, only ${functions.map((one) => one.name).join(', ')}`,
  );
}

function passOn({ stream, line }: FunctionOutput): void {
  process[stream].write(`${line}\n`);
}
