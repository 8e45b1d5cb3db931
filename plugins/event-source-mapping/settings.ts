import { resolveBehaviour, type Behaviour } from './local/behaviour.ts';
import type { BatchLineLevel } from './local/delivery-log.ts';

/** `custom.event-source-mapping` of serverless.yml, checked. */
export interface PluginSettings {
  readonly behaviour: Behaviour;
  /** Level of the line for each batch, and of the REPORT line for each invocation. */
  readonly batchLines: BatchLineLevel;
  /** Waiting records from which on a mapping falls behind. */
  readonly lagWarning: number;
  /** Port of the status address; 0 = any free one. */
  readonly statusPort: number;
}

const LEVELS: readonly BatchLineLevel[] = ['debug', 'info', 'warn'];

/** @throws Error that names the setting, what is wrong with it, and what can be written */
export function pluginSettings(declared: Readonly<Record<string, unknown>> = {}): PluginSettings {
  const { batchLines = 'debug', lagWarning = 1_000, statusPort = 0, ...behaviour } = declared;
  if (!LEVELS.includes(batchLines as BatchLineLevel)) {
    throw new Error(
      `The setting batchLines is ${JSON.stringify(batchLines)}: write ${LEVELS.join(', ')}`,
    );
  }
  return {
    behaviour: resolveBehaviour(behaviour),
    batchLines: batchLines as BatchLineLevel,
    lagWarning: whole('lagWarning', lagWarning, 1_000_000_000),
    statusPort: whole('statusPort', statusPort, 65_535),
  };
}

function whole(name: string, value: unknown, max: number): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max) return Number(value);
  throw new Error(
    `The setting ${name} is ${JSON.stringify(value)}: write a whole number from 0 to ${max}`,
  );
}
