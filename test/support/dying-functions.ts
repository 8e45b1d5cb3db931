import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { testDir } from './test-stack.ts';
import { ROOT } from './source-files.ts';

const FIXTURES = join(ROOT, 'test/fixtures/dying');

/** Effects in whose place stand some that can kill their process. */
const DYING = [
  'kafka/publisher',
  'dynamodb/dead-letter-index',
  'dynamodb/order-store',
  'dynamodb/job-store',
];

/** Functions that die at the moments that are asked for. */
export interface DyingFunctions {
  readonly bundleDir: string;
  /** For their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The next process of that function that comes to that moment dies of it. */
  ask(death: string): void;
  /** Whether somebody died of it. */
  hasHappened(death: string): boolean;
}

/** Bundles the batch functions with effects that can kill them; all else is what is deployed. */
export async function bundleDyingFunctions(): Promise<DyingFunctions> {
  const bundleDir = join(testDir(), 'dying-functions');
  const deathsDir = join(testDir(), 'deaths');
  mkdirSync(deathsDir, { recursive: true });
  const functions = readdirSync(join(ROOT, 'functions')).filter((file) => file.endsWith('.ts'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: functions.map((file) => ({
      in: join(ROOT, 'functions', file),
      out: basename(file, '.ts'),
    })),
    outdir: bundleDir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    keepNames: true,
    external: ['@aws-sdk/*'],
    logLevel: 'warning',
    plugins: [withDyingEffects],
  });
  return {
    bundleDir,
    env: { TEST_DEATHS_DIR: deathsDir },
    ask: (death) => writeFileSync(join(deathsDir, death), ''),
    hasHappened: (death) => !existsSync(join(deathsDir, death)),
  };
}

const withDyingEffects: Plugin = {
  name: 'dying-effects',
  setup(bundling) {
    for (const effect of DYING) {
      bundling.onResolve({ filter: new RegExp(`effect/${effect}\\.ts$`) }, ({ importer }) =>
        importer.startsWith(FIXTURES)
          ? undefined
          : { path: join(FIXTURES, `${basename(effect)}.ts`) },
      );
    }
  },
};
