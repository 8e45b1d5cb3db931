import { createHash } from 'node:crypto';
import { createApi, type Api } from '../../test/support/api.ts';
import { deadLetterItem } from '../../test/support/dead-letter-items.ts';
import { startDefaultService } from '../deployed-settings.ts';
import type { Benchmark, Line } from '../figure.ts';
import { writeGroups, writeItems } from '../index-items.ts';
import { percentile, spreadOf } from '../spread.ts';

const DEAD_LETTERS = 100_000;
const GROUPS = 500;
/** With envelopes, so that they can be read whole. */
const REAL = 200;
const WINDOWS = 3;
const CALLS = 100;

export const dlqApi: Benchmark = {
  name: 'dlq-api',
  method:
    'The same stack. 200 orders that are no JSON become dead letters, and 99,800 items of 500 groups are written into the index beside them. Through the handlers’ own code in this process, one after the other: pages of 20 of the list, following its cursor; pages of 20 groups, likewise; one of the 200 with its bytes. Three windows of 100 calls each, after 20 that do not count; each gives one p95.',
  async run({ stack, say }) {
    const running = await stack();
    await using service = await startDefaultService(running, { DLQ_MAX_RETRIES: '0' });
    const api = createApi(service.config, running.dynamodbEndpoint);
    say(`dlq-api: ${REAL} dead letters, and ${DEAD_LETTERS - REAL} items beside them`);
    const values = Array.from({ length: REAL }, (_, at) => Buffer.from(`no order ${at}`));
    await service.produce(...values.map((value) => ({ value })));
    const real = await service.untilDeadLetters(REAL);
    const items = Array.from({ length: DEAD_LETTERS - REAL }, (_, at) =>
      deadLetterItem({ id: hex(`item-${at}`, 32), group: groupOf(at), arrivedAtMs: at + 1 }),
    );
    await writeItems(running.dynamodbEndpoint, service.config.deadLettersTable, items);
    const groups = Array.from({ length: GROUPS }, (_, at) => groupOf(at));
    await writeGroups(running.dynamodbEndpoint, service.config.groupsTable, groups);
    const ids = real.map(({ item }) => item.id);
    let next = 0;
    return [
      await lineOf(
        'A page of the list',
        200,
        paging((query) => api.list(query)),
      ),
      await lineOf(
        'A page of groups',
        300,
        paging((query) => api.groups(query)),
      ),
      await lineOf('One dead letter with its bytes', 200, () =>
        api.message(ids[next++ % ids.length] ?? ''),
      ),
    ];
  },
};

type Call = () => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

/** The next page at each call, from the beginning again after the last. */
function paging(ask: Api['list']): Call {
  let cursor: unknown = null;
  return async () => {
    const answer = await ask(typeof cursor === 'string' ? `?cursor=${cursor}` : '');
    cursor = answer.body['nextCursor'];
    return answer;
  };
}

async function lineOf(what: string, atMost: number, call: Call): Promise<Line> {
  const window = async (calls: number) => {
    const times: number[] = [];
    for (let at = 0; at < calls; at++) {
      const startMs = performance.now();
      const { status, body } = await call();
      times.push(performance.now() - startMs);
      if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
    }
    return percentile(times, 0.95);
  };
  await window(20);
  const windows: number[] = [];
  for (let at = 0; at < WINDOWS; at++) windows.push(await window(CALLS));
  const figure = `${what}, of 100,000 dead letters: p95`;
  return { figure, unit: 'ms', spread: spreadOf(windows), atMost };
}

function groupOf(at: number): string {
  return hex(`group-${at % GROUPS}`, 16);
}

function hex(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}
