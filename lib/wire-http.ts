import { parseConfig, type Config } from './config.ts';
import { systemClock } from './effect/system-clock.ts';
import { createLog, type FieldedLog } from './lambda/log.ts';
import type { Clock } from './ports/clock.ts';
import { SERVICE, type Environment } from './wire-environment.ts';

/**
 * What every function of the API stands on. Each has a composition root of its own (wire-*.ts), so that its bundle
 * holds only what it uses. Call once per execution environment.
 * @throws AppError CONFIG_INVALID
 */
export function wireHttp(env: Environment): { config: Config; clock: Clock; log: FieldedLog } {
  return {
    config: parseConfig(env, { handlesBatches: false }),
    clock: systemClock,
    log: createLog({ service: SERVICE }),
  };
}
