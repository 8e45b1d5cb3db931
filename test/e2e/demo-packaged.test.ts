import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_DIR } from '../../localstack/paths.ts';
import { createStackHome } from '../support/local-stack.ts';
import { processesOf } from '../support/processes.ts';
import { runShell } from '../support/shell.ts';

const UNPACKED = join('.serverless', 'unpacked');
const LOOK_MS = 200;

it('npm run demo -- --packaged plays the whole demo on the zips of serverless package', async () => {
  const home = createStackHome();
  rmSync(join(PROJECT_DIR, UNPACKED), { recursive: true, force: true });
  const seen = new Set<string>();
  // Only what a mapping invokes has a process of its own to be looked at.
  const look = setInterval(() => {
    for (const name of ['process-orders', 'retry-orders', 'publish-dead-letter']) {
      if (!seen.has(name) && processesOf(join(UNPACKED, name)).length > 0) seen.add(name);
    }
  }, LOOK_MS);
  try {
    const demo = await runShell('npm run demo -- --packaged', home.env, 300_000);
    expect(demo).toMatchObject({ code: 0 });
    expect(demo.stdout).toMatch(/^All \d+ checks hold/m);
    expect(demo.stdout).not.toContain('✗');
    expect([...seen].toSorted()).toEqual(['process-orders', 'publish-dead-letter', 'retry-orders']);
    expect(readdirSync(join(PROJECT_DIR, UNPACKED))).toContain('create-order');
  } finally {
    clearInterval(look);
    home.remove();
  }
}, 320_000);
