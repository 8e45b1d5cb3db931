/** The event source reads a topic from its beginning through a function that does nothing; arguments: brokers, topic, number of records. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEventSource } from '../../plugins/event-source-mapping/local/event-source.ts';
import { benchMapping } from '../bench-mapping.ts';
import { memoryOf } from '../process-table.ts';
import type { Progress } from '../progress.ts';
import { sendResult } from './send-result.ts';

const LOOK_MS = 20;
const LOOKS_PER_MEMORY = 25;

/** `bytes`: resident, of the event source and its function processes. */
export interface EventSourceRun {
  readonly looks: readonly Progress[];
  readonly memory: readonly { readonly count: number; readonly bytes: number }[];
}

const [brokers = '', topic = '', records = ''] = process.argv.slice(2);
const eventSource = startEventSource({
  brokers: brokers.split(','),
  ...benchMapping({ topic, functionName: 'no-op', batchSize: 1_000 }),
});
const looks: Progress[] = [];
const memory: EventSourceRun['memory'][number][] = [];
let count = 0;
for (let look = 0; count < Number(records); look++) {
  await sleep(LOOK_MS);
  count = eventSource.state()[0]?.counters.CommittedEventCount ?? 0;
  if (count === 0) continue;
  looks.push({ atMs: performance.now(), count });
  if (look % LOOKS_PER_MEMORY === 0) memory.push({ count, bytes: await memoryOf(process.pid) });
}
await eventSource.stop();
sendResult({ looks, memory } satisfies EventSourceRun);
