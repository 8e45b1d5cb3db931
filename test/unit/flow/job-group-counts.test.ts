import { expect, it } from 'vitest';
import { workJobs, type WorkJobsDeps } from '../../../lib/flow/work-jobs.ts';
import { JOBS, startJobFlow } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;
const DISCARD = { kind: 'discard', ratePerSecond: 1_000 } as const;
const DEADLINE_MS = 10_000;

type Flow = ReturnType<typeof startJobFlow>;

/** One invocation of a discard; once it has answered, nothing more of it happens: its process is frozen. */
async function invoke(flow: Flow, deps: Partial<WorkJobsDeps>): Promise<string[]> {
  let isFrozen = false;
  const groups: typeof flow.groups = {
    ...flow.groups,
    apply: (change) => (isFrozen ? new Promise(() => undefined) : flow.groups.apply(change)),
  };
  const [content] = flow.publisher.records(JOBS);
  if (content === undefined) throw new Error('no job was started');
  const record = { ...content, topic: JOBS, partition: 0, offset: 0, timestampMs: 0 };
  const deadlineMs = flow.clock.nowMs() + DEADLINE_MS;
  const run = workJobs([record], deadlineMs, { ...flow.deps, ...deps, groups });
  const outcomes = await flow.clock.run(run);
  isFrozen = true;
  return outcomes.map(({ kind }) => kind);
}

it.each([
  { when: 'as soon as they are asked', afterMs: 0 },
  { when: 'after the last try was begun', afterMs: DEADLINE_MS - 300 },
])(
  'what is written $when, beside one that cannot be written in time, is counted in its group',
  async ({ afterMs }) => {
    const flow = startJobFlow();
    const ids = await flow.plant(120);
    await flow.start(EVERYTHING, DISCARD);
    const [first, slow] = ids;
    const put: Flow['index']['put'] = async (item, revision) => {
      if (item.id === first) throw new Error('no answer');
      if (item.id === slow) await flow.clock.sleep(afterMs);
      return flow.index.put(item, revision);
    };
    const outcomes = await invoke(flow, { index: { ...flow.index, put } });

    expect(outcomes).toEqual(['unsettled']);
    const items = await flow.items(ids);
    const written = items.filter(({ state }) => state === 'discarded').length;
    expect(written).toBe(119);
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 1, discarded: written } }]);

    await flow.work();
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 0, discarded: 120 } }]);
  },
);
