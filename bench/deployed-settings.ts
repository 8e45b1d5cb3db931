import { join } from 'node:path';
import { BATCH_NODE_OPTIONS } from '../infra/serverless-variables.ts';
import { bundleFunctions } from '../plugins/bundle-functions.ts';
import { startService, type Service } from '../test/support/service.ts';
import { testDir, type TestStack } from '../test/support/test-stack.ts';

type Env = Readonly<Record<string, string>>;

/** The service with the settings that it is deployed with, where a test has others, and failure simulation. */
export function startDefaultService(stack: TestStack, env: Env = {}): Promise<Service> {
  return startService({
    stack,
    // https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html: of one event poller.
    concurrency: 5,
    env: {
      DLQ_RETRY_BACKOFF_MS: '1000',
      PROCESSING_TIMEOUT_MS: '5000',
      FUNCTION_TIMEOUT_MS: '840000',
      BATCH_SIZE_MAX: '100',
      NODE_OPTIONS: BATCH_NODE_OPTIONS,
      ...env,
    },
  });
}

/**
 * The same, with functions that store no order: the stand-in for the store would take half of the machine.
 * @param retryEntry of retry-orders, where it is another
 */
export async function startStorelessService(
  stack: TestStack,
  env: Env = {},
  retryEntry?: string,
): Promise<Service> {
  const bundleDir = join(testDir(), retryEntry === undefined ? 'storeless' : 'retryless');
  const entry = 'bench/functions/process-orders.ts';
  await bundleFunctions({
    outDir: bundleDir,
    functions: [
      { name: 'process-orders', entry },
      { name: 'retry-orders', entry: retryEntry ?? entry },
      { name: 'publish-dead-letter', entry: 'functions/publish-dead-letter.ts' },
      { name: 'work-dlq-jobs', entry: 'functions/work-dlq-jobs.ts' },
    ],
  });
  return startDefaultService({ ...stack, bundleDir }, env);
}
