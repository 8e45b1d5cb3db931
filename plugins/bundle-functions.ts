import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A function's entry point: `name` becomes the name of the bundle. */
export interface FunctionEntry {
  readonly name: string;
  /** Path from the root, e.g. `functions/process-orders.ts`. */
  readonly entry: string;
}

export interface BundleOptions {
  /** The folder that entries are relative to; default: the project. */
  readonly root?: string;
  /** Default: every file of `functions/`. */
  readonly functions?: readonly FunctionEntry[];
  /** Made where it is missing. */
  readonly outDir: string;
}

export interface Bundle {
  readonly name: string;
  /** `<outDir>/<name>.cjs` */
  readonly file: string;
  readonly bytes: number;
}

const PROJECT_DIR = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * One minified CommonJS file for each function, deterministic. The AWS SDK is left out: it is part of the runtime.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 * @throws esbuild's BuildFailure, which names file, line and cause
 */
export async function bundleFunctions(options: BundleOptions): Promise<readonly Bundle[]> {
  const { root = PROJECT_DIR, outDir } = options;
  const functions = options.functions ?? (await everyFunction(root));
  await build({
    absWorkingDir: root,
    entryPoints: functions.map(({ name, entry }) => ({ in: join(root, entry), out: name })),
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    // An error's class name is data: it is the `errorType` of a dead letter.
    keepNames: true,
    legalComments: 'none',
    external: ['@aws-sdk/*'],
    logLevel: 'warning',
  });
  return Promise.all(
    functions.map(async ({ name }) => {
      const file = join(outDir, `${name}.cjs`);
      return { name, file, bytes: (await stat(file)).size };
    }),
  );
}

async function everyFunction(root: string): Promise<FunctionEntry[]> {
  const files = (await readdir(join(root, 'functions'))).filter((file) => file.endsWith('.ts'));
  return files.toSorted().map((file) => ({
    name: basename(file, '.ts'),
    entry: join('functions', file),
  }));
}
