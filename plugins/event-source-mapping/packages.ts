import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Serverless } from '../serverless-types.ts';
import { unzip } from './unzip.ts';

/** What `serverless package` writes beside the zips, as far as we read it. */
interface ServerlessState {
  readonly service: {
    readonly functions: Readonly<
      Record<
        string,
        { readonly handler: string; readonly package?: { readonly artifact?: string } }
      >
    >;
  };
  readonly package: { readonly artifact?: string };
}

const FOLDER = '.serverless';

/**
 * Lets every function run from the zip that `serverless package` made of it, unpacked beside it.
 * @throws Error where a zip is missing, or cannot be read
 */
export function usePackages({ service, serviceDir }: Serverless): void {
  const stateFile = join(serviceDir, FOLDER, 'serverless-state.json');
  if (!existsSync(stateFile)) {
    throw new Error(
      '--packaged runs what `serverless package` made, and there is nothing: run it first',
    );
  }
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as ServerlessState;
  for (const [key, fn] of Object.entries(service.functions)) {
    const packaged = state.service.functions[key];
    const artifact = packaged?.package?.artifact ?? state.package.artifact;
    if (packaged === undefined || artifact === undefined || artifact === '') {
      throw new Error(
        `--packaged: ${FOLDER} holds no package of ${key}: run \`serverless package\` again`,
      );
    }
    const zip = existsSync(artifact) ? artifact : join(serviceDir, FOLDER, artifact);
    const folder = join(serviceDir, FOLDER, 'unpacked', key);
    rmSync(folder, { recursive: true, force: true });
    unzip(zip, folder);
    fn.handler = join(relative(serviceDir, folder), packaged.handler);
  }
}
