import { existsSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  bundleFunctions,
  type Bundle,
  type FunctionEntry,
  sourceFolders,
} from './bundle-functions.ts';
import type { Hooks, Serverless } from './serverless-types.ts';
import { watchFolders } from './watch-folders.ts';
import { zipBundle } from './zip-bundle.ts';

export { bundleFunctions } from './bundle-functions.ts';

const OUT_DIR = '.build';

/**
 * Serverless plugin: bundles the functions before they are packaged, served offline or invoked locally, so that the same
 * code runs everywhere. List it before serverless-offline.
 */
export default class BundlePlugin {
  readonly hooks: Hooks;
  readonly #serverless: Serverless;
  #endWatch = (): void => undefined;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.#package(),
      'before:package:function:package': () => this.#package(),
      'before:offline:start:init': () => this.#serveAndWatch(),
      'before:offline:start:end': () => this.#endWatch(),
      'before:invoke:local:invoke': () => this.#serve(),
      'after:invoke:local:invoke': exitFlushed,
    };
  }

  async #bundle(): Promise<readonly Bundle[]> {
    return bundleFunctions(this.#options());
  }

  #options() {
    const root = realpathSync(this.#serverless.serviceDir);
    const functions = Object.entries(this.#serverless.service.functions).map(([name, fn]) =>
      entryOf(root, name, fn.handler),
    );
    return { root, functions, outDir: join(root, OUT_DIR) };
  }

  async #package(): Promise<void> {
    const { functions } = this.#serverless.service;
    await Promise.all(
      (await this.#bundle()).map(async ({ name, file }) => {
        const fn = functions[name];
        if (fn === undefined) return;
        const artifact = join(this.#serverless.serviceDir, '.serverless', `${name}.zip`);
        await zipBundle(file, artifact);
        fn.handler = `${name}.${exportOf(fn.handler)}`;
        fn.package = { ...fn.package, artifact };
      }),
    );
  }

  async #serve(): Promise<void> {
    const { functions } = this.#serverless.service;
    for (const { name } of await this.#bundle()) {
      const fn = functions[name];
      if (fn !== undefined) fn.handler = `${OUT_DIR}/${name}.${exportOf(fn.handler)}`;
    }
  }

  /** A changed source is bundled again; the event source mappings notice a new bundle. What does not build, esbuild tells. */
  async #serveAndWatch(): Promise<void> {
    const options = this.#options();
    await this.#serve();
    const again = () => void bundleFunctions(options).catch(() => undefined);
    this.#endWatch = watchFolders(await sourceFolders(options), again);
  }
}

function entryOf(root: string, name: string, handler: string): FunctionEntry {
  const base = handler.slice(0, handler.lastIndexOf('.'));
  const file = ['.ts', '.mts', '.js', '.mjs', '.cjs']
    .map((ending) => join(root, `${base}${ending}`))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(`Function ${name}: there is no ${base}.ts for handler ${handler}`);
  }
  return { name, entry: relative(root, file) };
}

function exportOf(handler: string): string {
  return handler.slice(handler.lastIndexOf('.') + 1);
}

/** A function leaves connections open, as on Lambda; the process may end once all of its output is written. */
async function exitFlushed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => flushed(stream)));
  process.exit(process.exitCode ?? 0);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
