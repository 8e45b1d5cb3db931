import { createApi } from '../../test/support/api.ts';
import { redrivesOf } from '../../test/support/redrives.ts';
import { until } from '../../test/support/until.ts';
import { startStorelessService } from '../deployed-settings.ts';
import type { Bench, Benchmark, Line } from '../figure.ts';
import { sendOrders } from '../load.ts';
import { spreadOf } from '../spread.ts';

const DEAD_LETTERS = 10_000;
const RATE = 500;
/** Records of one stretch whose rate is taken. */
const STRETCH = 1_000;
/** Whoever asks takes a share of the machine. */
const SELDOM = { timeoutMs: 5 * 60_000, pollMs: 1_000 };

export const redrive: Benchmark = {
  name: 'redrive',
  method:
    'The same stack with functions that store no order; the stand-in for DynamoDB keeps its data in memory. 10,000 orders fail at once and become dead letters; all of them are redriven by one job at 500/s in one wave (a canary as large as the job). By the timestamps of the copies in the redrive topic: the rate of all, and of each stretch of 1,000, as its distance from 500/s. First with a function behind the redrive topic that does nothing, so that the job has the machine and the stand-in for DynamoDB to itself; then with all that comes of it on the same two cores: each processed, its outcome written, folded, its tombstone and its item.',
  async run(bench) {
    return [
      ...linesOf(await copiesOf(bench, 'bench/functions/no-op.ts'), '', 5),
      ...linesOf(await copiesOf(bench, undefined), ', with all that comes of it', undefined),
    ];
  },
};

/** @returns epoch ms of the copies in the redrive topic, in their order */
async function copiesOf(
  { stack, say }: Bench,
  retryEntry: string | undefined,
): Promise<readonly number[]> {
  const running = await stack();
  await using service = await startStorelessService(running, { DLQ_MAX_RETRIES: '0' }, retryEntry);
  const redrives = redrivesOf(service, running.dynamodbEndpoint);
  const api = createApi(service.config, running.dynamodbEndpoint);
  say(`redrive: ${DEAD_LETTERS} dead letters are made`);
  await sendOrders(service, {
    perSecond: RATE,
    seconds: DEAD_LETTERS / RATE,
    idPrefix: () => 'ORDER-TEST-HEALS-1',
  });
  await until(
    'every order is a dead letter',
    async () => {
      const { body } = await api.groups();
      const [group] = body['groups'] as readonly { readonly counts: { readonly open: number } }[];
      return (group?.counts.open ?? 0) >= DEAD_LETTERS || undefined;
    },
    SELDOM,
  );
  say(`redrive: at ${RATE}/s`);
  const settings = { ratePerSecond: RATE, canary: DEAD_LETTERS };
  const job = await redrives.start('redrive', {}, settings);
  await until(
    'all are sent',
    async () => {
      const { progress } = await redrives.job(job.id);
      const wanted = retryEntry === undefined ? progress.resolved : progress.sent;
      return wanted >= DEAD_LETTERS || undefined;
    },
    SELDOM,
  );
  const copies = await service.readTopic(service.config.topics.redrive);
  return copies.map(({ timestampMs }) => timestampMs).toSorted((a, b) => a - b);
}

function linesOf(
  timesMs: readonly number[],
  what: string,
  atMost: number | undefined,
): readonly Line[] {
  const rateOf = (times: readonly number[]) =>
    ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  const offBy = (rate: number) => (Math.abs(rate - RATE) / RATE) * 100;
  const stretches = Array.from({ length: Math.floor(timesMs.length / STRETCH) }, (_, at) =>
    rateOf(timesMs.slice(at * STRETCH, (at + 1) * STRETCH)),
  );
  const figure = `Redrive of 10,000 at ${RATE}/s${what}`;
  const limit = atMost === undefined ? {} : { atMost };
  const off = { unit: '%', ...limit } as const;
  return [
    { figure: `${figure}: its rate`, unit: 'records/s', spread: spreadOf([rateOf(timesMs)]) },
    { figure: `${figure}: off by`, ...off, spread: spreadOf([offBy(rateOf(timesMs))]) },
    {
      figure: `${figure}: stretches of 1,000 off by`,
      ...off,
      spread: spreadOf(stretches.map(offBy)),
    },
  ];
}
