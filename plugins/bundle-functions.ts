import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
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
  const { outputFiles } = await build({
    write: false,
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
  await mkdir(outDir, { recursive: true });
  return Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      await replaceFile(path, contents);
      return { name: basename(path, '.cjs'), file: path, bytes: contents.length };
    }),
  );
}

/**
 * Absolute paths of the folders that the bundles' own sources lie in, packages left out.
 * @throws esbuild's BuildFailure
 */
export async function sourceFolders({
  root = PROJECT_DIR,
  functions = [],
}: BundleOptions): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: functions.map(({ entry }) => join(root, entry)),
    outdir: 'out',
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return new Set(Object.keys(metafile.inputs).map((path) => dirname(join(root, path))));
}

/** Whole or not at all, and only where it differs: a function that starts just now reads it too. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}

async function everyFunction(root: string): Promise<FunctionEntry[]> {
  const files = (await readdir(join(root, 'functions'))).filter((file) => file.endsWith('.ts'));
  return files.toSorted().map((file) => ({
    name: basename(file, '.ts'),
    entry: join('functions', file),
  }));
}
