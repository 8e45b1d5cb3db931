import { join } from 'node:path';
import type { EventSourceOptions } from '../plugins/event-source-mapping/local/event-source.ts';

export interface BenchMapping {
  readonly topic: string;
  /** Of bench/functions/. */
  readonly functionName: string;
  readonly batchSize: number;
}

/** A mapping in provisioned mode without a window, and one poller’s invocations at a time. */
export function benchMapping({
  topic,
  functionName,
  batchSize,
}: BenchMapping): Pick<EventSourceOptions, 'mappings' | 'functions'> {
  return {
    mappings: [
      {
        functionName,
        topic,
        consumerGroupId: `${topic}-${functionName}`,
        batchSize,
        maximumBatchingWindow: 0,
        functionResponseType: 'ReportBatchItemFailures',
        provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 1 },
      },
    ],
    functions: [
      {
        name: functionName,
        handler: `${join(import.meta.dirname, 'functions', functionName)}.handler`,
        timeoutMs: 30_000,
        memoryMb: 256,
        environment: {},
      },
    ],
  };
}
