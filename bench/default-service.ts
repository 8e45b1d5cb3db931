import { BATCH_NODE_OPTIONS } from '../infra/serverless-variables.ts';
import { startService, type Service } from '../test/support/service.ts';
import type { TestStack } from '../test/support/test-stack.ts';

/** The service with the settings that it is deployed with, where a test has others, and failure simulation. */
export function startDefaultService(
  stack: TestStack,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
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
