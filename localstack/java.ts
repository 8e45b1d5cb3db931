import { join } from 'node:path';
import type { Environment } from './paths.ts';

/** The Java to run: JAVA_HOME's where it is set, else the one on the PATH. */
export function javaCommand(env: Environment): string {
  const home = env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : 'java';
}
