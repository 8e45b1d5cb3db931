/**
 * The event source with nothing to do, after its function has served what lay in the topic; arguments: brokers, topic,
 * number of records, windows, milliseconds of each. Result: CPU share of each window, functions included.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEventSource } from '../../plugins/event-source-mapping/local/event-source.ts';
import { benchMapping } from '../bench-mapping.ts';
import { cpuMsOf } from '../process-table.ts';
import { sendResult } from './send-result.ts';

const SETTLE_MS = 3_000;
const LOOK_MS = 50;

const [brokers = '', topic = '', records = '', windows = '', windowMs = ''] = process.argv.slice(2);
const eventSource = startEventSource({
  brokers: brokers.split(','),
  ...benchMapping({ topic, functionName: 'no-op', batchSize: 100 }),
});
const committed = () => eventSource.state()[0]?.counters.CommittedEventCount ?? 0;
while (committed() < Number(records)) await sleep(LOOK_MS);
await sleep(SETTLE_MS);
const shares: number[] = [];
for (let window = 0; window < Number(windows); window++) {
  const [beforeMs, startedAtMs] = [await cpuMsOf(process.pid), performance.now()];
  await sleep(Number(windowMs));
  shares.push(((await cpuMsOf(process.pid)) - beforeMs) / (performance.now() - startedAtMs));
}
await eventSource.stop();
sendResult(shares);
