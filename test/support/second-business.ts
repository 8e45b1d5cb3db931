import { join } from 'node:path';
import { bundleFunctions } from '../../plugins/bundle-functions.ts';
import type { Instruction } from '../fixtures/second-business/business.ts';
import { testDir } from './test-stack.ts';

const FOLDER = 'test/fixtures/second-business';
const PROCESSING = `${FOLDER}/process-messages.ts`;

/** Bundles the functions with the second business in the place of orders. @returns their folder */
export async function secondBusinessBundles(): Promise<string> {
  const outDir = join(testDir(), 'second-business');
  await bundleFunctions({
    outDir,
    functions: [
      { name: 'process-orders', entry: PROCESSING },
      { name: 'retry-orders', entry: PROCESSING },
      { name: 'publish-dead-letter', entry: `${FOLDER}/publish-dead-letter.ts` },
    ],
  });
  return outDir;
}

/** A record of the second business. */
export function instruct(instruction: Instruction, key: string | null = instruction.id) {
  return {
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(JSON.stringify(instruction)),
    headers: [],
  };
}
