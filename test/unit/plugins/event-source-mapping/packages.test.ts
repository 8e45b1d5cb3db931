import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { usePackages } from '../../../../plugins/event-source-mapping/packages.ts';
import type { Serverless } from '../../../../plugins/serverless-types.ts';

let serviceDir: string;
beforeEach(() => {
  serviceDir = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(serviceDir, { recursive: true }));

const serverlessOf = (functions: Record<string, { handler: string }>) =>
  ({ serviceDir, service: { functions } }) as unknown as Serverless;

async function packageTo(artifact: string, handler: string): Promise<void> {
  mkdirSync(join(serviceDir, '.serverless'), { recursive: true });
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('packaged'), 'one.cjs');
  zip.end();
  const file = join(serviceDir, '.serverless', artifact);
  await pipeline(zip.outputStream, createWriteStream(file));
  const state = {
    service: { functions: { one: { handler, package: { artifact: file } } } },
    package: { artifact: '' },
  };
  writeFileSync(join(serviceDir, '.serverless/serverless-state.json'), JSON.stringify(state));
}

describe('usePackages', () => {
  it('lets a function run from its zip, by the handler that was packaged', async () => {
    await packageTo('one.zip', 'one.handler');
    const functions = { one: { handler: 'functions/one.handler' } };
    usePackages(serverlessOf(functions));
    expect(functions.one.handler).toBe('.serverless/unpacked/one/one.handler');
    const file = join(serviceDir, '.serverless/unpacked/one/one.cjs');
    expect(readFileSync(file, 'utf8')).toBe('packaged');
  });

  it('says what to do where nothing was packaged, or not this function', async () => {
    const functions = { two: { handler: 'functions/two.handler' } };
    expect(() => usePackages(serverlessOf(functions))).toThrow('there is nothing: run it first');
    await packageTo('one.zip', 'one.handler');
    expect(() => usePackages(serverlessOf(functions))).toThrow('holds no package of two');
  });
});
