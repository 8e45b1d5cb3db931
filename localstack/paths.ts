import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export const PROJECT_DIR = resolve(import.meta.dirname, '..');

/** Where the local stack keeps data, logs and endpoints.json: `.localstack` in the project, or LOCALSTACK_DIR. */
export function localstackDir(env: Environment): string {
  return resolve(PROJECT_DIR, env['LOCALSTACK_DIR'] || '.localstack');
}

/** Where jars are kept for every clone of the project on this machine (XDG base directory specification). */
export function cacheDir(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'order-service');
}
