import { until, type Api } from './api.ts';
import type { Stage } from './scenes.ts';

/** With a wait of 1, 2 and 4 s, and what is folded behind it, on a machine that has much else to do. */
const DEAD_AFTER_MS = 60_000;
const OVER_AFTER_MS = 60_000;

/** More than one wave: 1, 2, 4. */
const ORDERS = 7;

type Fields = Readonly<Record<string, unknown>>;

/** The last act: a cause is fixed, its group planned, redriven with its canary, watched to its end, and gone. */
export async function redriveGroup(stage: Stage): Promise<void> {
  const { api, report, run } = stage;
  report.scene('7. The cause is fixed: the group is redriven');
  const prefix = `ORDER-TEST-HEALS-1-${run}`;
  const orderIds = Array.from({ length: ORDERS }, (_, at) => `${prefix}-${at + 1}`);
  for (const orderId of orderIds) await api.post('/api/create-order', { orderId, numItems: 1 });
  report.tell(`${ORDERS} orders fail four times, for a bug that they have in common …`);
  const group = await until(() => groupOf(api), DEAD_AFTER_MS, 200);
  report.tell('GET /api/dlq/groups:');
  report.show(JSON.stringify(group ?? 'not there', null, 2));
  report.check(
    `they are one group, apart from the order that failed for another reason: ${ORDERS} open`,
    group !== undefined,
  );
  const letters = await listed(api, group);
  report.tell('… and the bug is fixed.');

  const plan = await api.post('/api/dlq/redrives', { group: group?.['group'] });
  report.tell(`POST /api/dlq/redrives {"group": "${String(group?.['group'])}"} → ${plan.status}`);
  report.show(JSON.stringify(plan.body, null, 2));
  report.check(
    `a plan, which changes nothing: ${String(plan.body['planned'])} dead letters`,
    plan.body['planned'] === ORDERS && (await listed(api, group)).length === ORDERS,
  );
  const start = { dryRun: false, planId: plan.body['planId'], reason: 'bug fixed' };
  const started = await api.post('/api/dlq/redrives', start);
  report.tell(`POST /api/dlq/redrives ${JSON.stringify(start)} → ${started.status}`);
  const again = await api.post('/api/dlq/redrives', start);
  report.check(
    'started; the same plan once more is the same redrive',
    started.status === 202 && again.body['id'] === started.body['id'],
    JSON.stringify(again.body),
  );
  const job = await watched(stage, String(started.body['id']));
  report.check(
    `done: one first as a canary, then two, then the rest; ${String(job?.['resolved'])} of ${ORDERS} are resolved`,
    job?.['state'] === 'done' && job['resolved'] === ORDERS,
    JSON.stringify(job),
  );
  await gone(stage, orderIds, letters, group);
}

async function watched({ api, report }: Stage, id: string): Promise<Fields | undefined> {
  let told = '';
  return until(
    async () => {
      const { body } = await api.get(`/api/dlq/redrives/${id}`);
      const job = body['job'] as Fields;
      const line = `sent ${String(job['sent'])} of ${String(job['planned'])}, resolved ${String(job['resolved'])}, failed again ${String(job['failedAgain'])}`;
      if (line !== told) report.tell(`GET /api/dlq/redrives/${id}: ${line}`);
      told = line;
      return ['planned', 'running'].includes(String(job['state'])) ? undefined : job;
    },
    OVER_AFTER_MS,
    100,
  );
}

async function gone(
  { api, report, dlqTombstones }: Stage,
  orderIds: readonly string[],
  letters: readonly Fields[],
  group: Fields | undefined,
): Promise<void> {
  const orders = await Promise.all(orderIds.map((orderId) => api.get(`/api/orders/${orderId}`)));
  report.check(
    'each order is processed',
    orders.every(({ status }) => status === 200),
  );
  report.check('the DLQ lists them no more', (await listed(api, group)).length === 0);
  const ids = letters.map(({ id }) => String(id));
  const erased = await dlqTombstones();
  report.check(
    'the topic shows them gone: a tombstone is the last record of each',
    ids.length === ORDERS && ids.every((id) => erased.has(id)),
  );
  const { body } = await api.get(`/api/dlq/messages/${ids[0]}`);
  const message = body['message'] as Fields | undefined;
  const history = (message?.['history'] ?? []) as { what: string; by: string; reason?: string }[];
  const told = history.map(
    ({ what, by, reason }) => `${what} by ${by}${reason ? ` (${reason})` : ''}`,
  );
  report.check(
    `how it went stays known: ${told.join(', ')}`,
    history.map(({ what }) => what).join(' ') === 'failed claimed resolved',
    JSON.stringify(message),
  );
}

async function groupOf(api: Api): Promise<Fields | undefined> {
  const { body } = await api.get('/api/dlq/groups');
  const groups = (body['groups'] ?? []) as { title: string; counts: { open: number } }[];
  return groups.find(
    ({ title, counts }) => title.includes('failUntilRedriven') && counts.open === ORDERS,
  );
}

async function listed(api: Api, group: Fields | undefined): Promise<readonly Fields[]> {
  const { body } = await api.get(`/api/dlq/messages?group=${String(group?.['group'])}`);
  return (body['messages'] ?? []) as Fields[];
}
