import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { PROJECT_DIR } from '../../localstack/paths.ts';

/** A packaged CloudFormation template. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** `serverless package` as on a machine without network or credentials. Call it once in a file: it cleans up behind it. */
export function createPackager() {
  // A home without credentials. Shared: the framework keeps its compiled schema there, which takes it seconds.
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const dirs = [home];
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });
  return async (env: Readonly<Record<string, string>> = {}) => {
    const dir = mkdtempSync(join(tmpdir(), 'package-'));
    dirs.push(dir);
    const nowhere = 'http://127.0.0.1:9';
    const node = join(PROJECT_DIR, 'node_modules/.bin/node');
    const serverless = join(PROJECT_DIR, 'node_modules/.bin/serverless');
    await promisify(execFile)(node, [serverless, 'package', '--package', dir], {
      cwd: PROJECT_DIR,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    const file = join(dir, 'cloudformation-template-update-stack.json');
    return { dir, template: JSON.parse(readFileSync(file, 'utf8')) as Template };
  };
}
