import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOnce, MAVEN_DEPENDENCY, type Progress } from './maven-fetch.ts';
import { cacheDir, type Environment } from './paths.ts';

/** 3.x needs Java 21. */
const APICURIO_VERSION = '2.6.13.Final';

export const REGISTRY_JAR = `apicurio-registry-app-${APICURIO_VERSION}-runner.jar`;

/** Whether the registry has been fetched. Nothing is thrown. */
export function holdsRegistry(folder = ''): boolean {
  return existsSync(join(folder, REGISTRY_JAR));
}

/** Where the registry is kept, fetched or not. */
export function registryDir(env: Environment): string {
  return join(cacheDir(env), `apicurio-${APICURIO_VERSION}`);
}

/**
 * The folder of Apicurio Registry, fetched with Maven where it is not there yet.
 * @param signal aborts the fetch
 * @throws LocalError where Maven fails
 */
export async function ensureRegistryJars(
  env: Environment,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const fetch = {
    name: `apicurio-${APICURIO_VERSION}`,
    what: `Apicurio Registry ${APICURIO_VERSION}`,
    args: (folder: string) => [
      `${MAVEN_DEPENDENCY}:unpack`,
      `-Dartifact=io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`,
      `-DoutputDirectory=${folder}`,
    ],
    isWhole: holdsRegistry,
    remedy: 'or set SCHEMA_REGISTRY_URL to a registry that runs already.',
  };
  return fetchOnce(fetch, env, progress, signal);
}
