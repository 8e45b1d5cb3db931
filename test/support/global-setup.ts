import type { TestProject } from 'vitest/node';
import { startTestStack, type TestStack } from './test-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the broker that all test files of a run share: use topics and groups of your own. */
    kafkaBrokers: string;
    /** Base address of a Confluent-compatible schema registry: use subjects of your own. */
    schemaRegistryUrl: string;
    /** `http://host:port`; the tables of infra/tables.ts are there. */
    dynamodbEndpoint: string;
    /** Folder of the bundled functions. */
    bundleDir: string;
  }
}

/** One stack for a whole run, whatever number of projects uses it: each project loads this file anew. */
interface Shared {
  stack: Promise<TestStack>;
  users: number;
}
const KEY = Symbol.for('order-service.test-stack');
const shelf = globalThis as unknown as Record<symbol, Shared | undefined>;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (shelf[KEY] ??= { stack: startTestStack(), users: 0 });
  shared.users += 1;
  const stack = await shared.stack;
  project.provide('kafkaBrokers', stack.kafkaBrokers);
  project.provide('schemaRegistryUrl', stack.schemaRegistryUrl);
  project.provide('dynamodbEndpoint', stack.dynamodbEndpoint);
  project.provide('bundleDir', stack.bundleDir);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    shelf[KEY] = undefined;
    await stack.stop();
    if (project.vitest.state.getCountOfFailedTests() > 0) {
      console.error(
        `Logs of the shared broker, registry and DynamoDB stand-in: ${stack.logFiles.join(' ')}`,
      );
    }
  };
}
