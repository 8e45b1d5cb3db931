import { afterEach, describe, expect, it } from 'vitest';
import {
  type DlqApiStub,
  listedMessage,
  startDlqApiStub,
  type StubOptions,
} from '../../../support/dlq-api-stub.ts';
import { hiddenIn, orderDlq, type Setting } from '../../../support/order-dlq.ts';

let stub: DlqApiStub | undefined;
afterEach(() => stub?.close());

async function run(options: StubOptions, args: string, setting: Setting = {}) {
  await stub?.close();
  stub = await startDlqApiStub({ messages, ...options });
  return orderDlq(args.split(' '), { url: stub.url, ...setting });
}

const GROUP = 'aaaa000011112222';
const messages = [
  ...Array.from({ length: 12 }, (_, index) => listedMessage(index)),
  listedMessage(50, { state: 'discarded', group: 'bbbb000011112222' }),
];
const TERMINAL = { columns: 100 };
const changes = () =>
  stub?.asked.filter(({ method, body }) => method === 'POST' && body['dryRun'] !== true);
const stateOf = (id: string) => stub?.jobs.get(id)?.['state'];

describe('asks before it changes anything', () => {
  it('shows the plan, asks why and whether, does it, and tells how it ended', async () => {
    const { code, stdout, stderr } = await run({ perLook: 5 }, `redrive --group ${GROUP}`, {
      ...TERMINAL,
      answers: ['payment API is back', 'y'],
    });

    expect(code).toBe(0);
    expect(stdout).toContain('Plan job-1: redrive 12 dead letters');
    expect(stdout).toMatch(/takes +about 0 s, 50 a second, 1 first, stops over 20 % failed/);
    expect(stdout).toMatch(new RegExp(`${GROUP} +12 +Title of ${GROUP}`));
    expect(stderr).toContain('redrive 12 dead letters? [y/N] ');
    expect(stderr).toMatch(/█+░+ {2}running {2}5\/12 sent {2}5 resolved {2}50\.0\/s {2}3 s left/);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('redrive job-1 is done: 12 of 12 resolved.');
    expect(changes()?.map(({ body }) => body)).toEqual([
      { dryRun: false, planId: 'job-1', reason: 'payment API is back' },
    ]);
  });

  it.each(['', 'n', 'no', 'x', 'yes please', undefined])(
    '%j is no yes: nothing is changed',
    async (answer) => {
      const args = `purge --state discarded --reason old`;
      const { code, stderr } = await run({}, args, { ...TERMINAL, answers: [answer] });

      expect(code).toBe(5);
      expect(stderr).toContain('purge 1 dead letter? Their bytes are gone then, for good. [y/N] ');
      expect(stderr).toContain('Nothing was changed.');
      expect(changes()).toEqual([]);
    },
  );

  it.each(['redrive', 'discard', 'restore', 'purge'])(
    '%s without a terminal and without --yes asks the API for nothing',
    async (command) => {
      const { code, stderr } = await run({}, `${command} --group ${GROUP} --reason x`);

      expect(code).toBe(2);
      expect(stderr).toMatch(/asks first, and nobody is here to be asked: say --yes, or --dry-run/);
      expect(stub?.asked).toEqual([]);
    },
  );

  it('--yes does not ask, also in a pipe', async () => {
    const { code, stdout, stderr } = await run({}, `redrive --group ${GROUP} --reason x --yes`);

    expect(code).toBe(0);
    expect(stdout).toContain('redrive job-1 is done: 12 of 12 resolved.');
    expect(stderr).not.toContain('[y/N]');
  });

  it.each(['--yes', '--yes --json'])('no reason, nobody to ask (%s): refused', async (flags) => {
    const { code, stderr } = await run({}, `redrive --group ${GROUP} ${flags}`);
    expect(code).toBe(2);
    expect(stderr).toContain('--reason is missing');
    expect(stub?.asked).toEqual([]);
  });

  it.each(['', undefined])('%j is no reason', async (answer) => {
    const { code, stderr } = await run({}, `redrive --group ${GROUP}`, {
      ...TERMINAL,
      answers: [answer],
    });
    expect(code).toBe(2);
    expect(stderr).toContain('Nothing was changed: no reason was given');
    expect(changes()).toEqual([]);
  });

  it('a reason that the API would refuse is refused before anything is planned', async () => {
    const { code, stderr } = await run(
      {},
      `redrive --group ${GROUP} --yes --reason ${'x'.repeat(501)}`,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--reason has 501 characters: 500 at most');
    expect(stub?.asked).toEqual([]);
  });

  it('cancel and reindex ask too', async () => {
    expect(await run({}, 'cancel job-1')).toMatchObject({ code: 2 });
    expect(await run({}, 'reindex')).toMatchObject({ code: 2 });
    expect(stub?.asked).toEqual([]);
    expect(await run({}, 'reindex', { ...TERMINAL, answers: ['n'] })).toMatchObject({ code: 5 });
    expect(stub?.asked).toEqual([]);
  });
});

describe('a plan', () => {
  it('--dry-run shows it, says how to start it, and changes nothing', async () => {
    const { code, stdout, stderr } = await run(
      {},
      `discard ${String(messages[0]?.['id'])} ${'f'.repeat(32)} --dry-run`,
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/Plan job-1: discard 1 dead letter\n {2}left alone {2}not-found 1\n/);
    expect(stderr).toContain('npx order-dlq discard --plan job-1 --reason TEXT');
    expect(changes()).toEqual([]);
  });

  it('--plan starts one that was made before; started twice it is one job', async () => {
    await run({}, `redrive --group ${GROUP} --dry-run`);
    const start = () =>
      orderDlq('redrive --plan job-1 --reason x --yes'.split(' '), { url: stub?.url ?? '' });

    expect(await start()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 of 12 resolved'),
    });
    expect(await start()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 of 12 resolved'),
    });
    expect(stub?.jobs.size).toBe(1);
  });

  it.each([
    { args: '--plan p --group g', says: /A plan is frozen: leave out --group/ },
    { args: '--plan p --rate 5', says: /leave out --rate/ },
    { args: '--plan p --force', says: /leave out --force/ },
    { args: `${'a'.repeat(32)} --plan p`, says: /leave out the ids/ },
    { args: '--plan p --dry-run', says: /leave out --dry-run/ },
  ])('refuses $args', async ({ args, says }) => {
    const { code, stderr } = await run({}, `redrive ${args} --reason x --yes`);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('nothing found is exit code 4', async () => {
    const { code, stdout, stderr } = await run({}, 'redrive --group 0000 --reason x --yes');
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: 'There is nothing to redrive.\n' });
    expect(stdout).toContain('Plan job-1: redrive 0 dead letters');
    expect(changes()).toEqual([]);
    expect(await run({}, 'redrive --plan nonsense --reason x --yes')).toMatchObject({ code: 4 });
  });

  it('--json has the plan, or the job as it ended, and nothing else, on stdout', async () => {
    const plan = await run({}, `redrive --group ${GROUP} --dry-run --json`);
    expect(JSON.parse(plan.stdout)).toMatchObject({ planId: 'job-1', planned: 12 });
    const done = await run({}, `redrive --group ${GROUP} --reason x --yes --json`);
    expect(JSON.parse(done.stdout)).toMatchObject({ id: 'job-1', state: 'done', resolved: 12 });
    expect(done.stderr).toContain('Plan job-1');
    const left = await run({}, `redrive --group ${GROUP} --reason x --yes --json --no-wait`);
    expect(JSON.parse(left.stdout)).toMatchObject({ id: 'job-1', state: 'running' });
  });
});

describe('how it ends', () => {
  it('failed again and stopped is exit code 1, and says that the rest stays open', async () => {
    const { code, stdout } = await run(
      { failing: 1, perLook: 1 },
      `redrive --group ${GROUP} --reason x --yes`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain(
      'redrive job-1 stopped by itself, for too many failed again: 0 of 12 resolved, 1 failed again. The cause is still there; the rest stays open.',
    );
  });

  it('piped, progress is a line where the state changes, not one for every look', async () => {
    const { stderr } = await run({ perLook: 1 }, `redrive --group ${GROUP} --reason x --yes`);
    expect(stderr.split('\n').filter((line) => line.startsWith('running'))).toHaveLength(2);
    expect(hiddenIn(stderr)).toEqual([]);
    expect(stderr).not.toContain('\r');
  });

  it('a terminal that does not say how wide it is counts as one of 80 columns', async () => {
    const asked = { columns: 0, answers: ['y'] };
    const { stdout, stderr } = await run(
      { perLook: 6 },
      `redrive --group ${GROUP} --reason x`,
      asked,
    );
    expect(stderr).toMatch(/█+░+ {2}running {2}6\/12 sent/);
    expect(stdout).toContain('Plan job-1: redrive 12 dead letters');
  });

  it('--no-wait starts it, and says how to look at it', async () => {
    const { code, stdout } = await run({}, `redrive --group ${GROUP} --reason x --yes --no-wait`);
    expect(code).toBe(0);
    expect(stdout).toContain('redrive job-1 is running: npx order-dlq status job-1 --watch\n');
    expect(stateOf('job-1')).toBe('running');
  });

  it('Ctrl-C while it is watched says that it goes on, and how to look and stop', async () => {
    const { code, stderr } = await run(
      { perLook: 1 },
      `redrive --group ${GROUP} --reason x --yes`,
      {
        ...TERMINAL,
        onTold: (told, interrupt) => {
          if (told.includes('3/12 sent')) interrupt();
        },
      },
    );

    expect(code).toBe(130);
    expect(stderr).toContain('The redrive goes on without being watched.');
    expect(stderr).toContain('npx order-dlq status job-1 --watch');
    expect(stderr).toContain('npx order-dlq cancel job-1');
    expect(stateOf('job-1')).toBe('running');
  });

  it('Ctrl-C at the question changes nothing', async () => {
    const { code } = await run({}, `redrive --group ${GROUP} --reason x`, {
      ...TERMINAL,
      onTold: (told, interrupt) => {
        if (told.includes('[y/N]')) interrupt();
      },
      answers: ['never read'],
    });
    expect(code).toBe(130);
    expect(changes()).toEqual([]);
  });

  it('an API that is silent for a while does not end the watching', async () => {
    const looks: string[] = [];
    const { code, stdout } = await run(
      {
        perLook: 6,
        instead: ({ method, path }) => {
          if (method === 'POST') return undefined;
          looks.push(path);
          return looks.length > 1 && looks.length < 12 ? 'hang up' : undefined;
        },
      },
      `redrive --group ${GROUP} --reason x --yes`,
    );
    expect(looks).toHaveLength(12);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('is done') });
  });
});

describe('status and cancel', () => {
  it('lists what was done, of all kinds, the newest first', async () => {
    await run({}, `redrive --group ${GROUP} --reason first --yes`);
    const go = (line: string, setting: Setting = {}) =>
      orderDlq(line.split(' '), { url: stub?.url ?? '', ...setting });
    await go('purge --state discarded --reason second --yes');
    await go('redrive --state open --reason third --yes --no-wait');

    const table = await go('status', { columns: 120 });
    expect(table.stdout.split('\n').map((line) => line.split(/ +/).slice(0, 3).join(' '))).toEqual([
      'ID KIND STATE',
      'job-3 redrive running',
      'job-2 purge done',
      'job-1 redrive done',
      '',
    ]);
    expect((await go('status --kind purge --csv')).stdout).toMatch(
      /^"id",.*\r\n"job-2","purge","done"[^\n]*\r\n$/,
    );
    expect((await go('status --limit 2')).stderr).toContain('more than these 2');
    expect((await go('status --json')).stdout.trim().split('\n')).toHaveLength(3);
    expect(await go('status job-2')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^purge job-2\n {2}state +done\n {2}why +second\n/),
    });
    expect(await go('status job-3 --watch')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('done'),
    });
    expect(await go('status nonsense')).toMatchObject({ code: 4 });
    expect(await go('status job-1 --kind purge')).toMatchObject({ code: 4 });
    expect(await go('status --watch')).toMatchObject({ code: 2 });
    expect(await go('status ../x')).toMatchObject({ code: 2 });
  });

  it('cancel asks, and waits until it is cancelled', async () => {
    await run({ perLook: 1 }, `redrive --group ${GROUP} --reason x --yes --no-wait`);
    const go = (line: string, setting: Setting = {}) =>
      orderDlq(line.split(' '), { url: stub?.url ?? '', ...setting });

    expect(await go('cancel job-1', { ...TERMINAL, answers: ['n'] })).toMatchObject({ code: 5 });
    expect(stateOf('job-1')).toBe('running');
    const cancelled = await go('cancel job-1', { ...TERMINAL, answers: ['y'] });
    expect(cancelled).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('redrive job-1 was cancelled'),
    });
    expect(await go('status job-1')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('called off by local'),
    });
    expect(await go('cancel job-1 --yes')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('JOB_NOT_CANCELLABLE'),
    });
    expect(await go('cancel nonsense --yes')).toMatchObject({ code: 4 });
  });
});

describe('a job that was called off', () => {
  it('is watched until each that it has sent has ended', async () => {
    const options = { perLook: 1, pending: 3 };
    await run(options, `redrive --group ${GROUP} --reason x --yes --no-wait`);
    const go = (line: string, setting: Setting = {}) =>
      orderDlq(line.split(' '), { url: stub?.url ?? '', ...setting });
    expect(await go('cancel job-1 --yes --no-wait')).toMatchObject({ code: 0 });
    expect(await go('status job-1')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/state +cancelled[^]*on their way +3\n/),
    });
    const watched = await go('status job-1 --watch', TERMINAL);
    expect(watched.stderr).toMatch(/cancelled .*1 still on their way/);
    expect(watched.stdout).not.toContain('on their way');
    expect(watched.stdout).toMatch(/resolved +4\n/);
  });

  it('is told with those that are still on their way', async () => {
    await run({ perLook: 1, pending: 3 }, `redrive --group ${GROUP} --reason x --yes --no-wait`);
    const go = (line: string, setting: Setting = {}) =>
      orderDlq(line.split(' '), { url: stub?.url ?? '', ...setting });
    await go('cancel job-1 --yes --no-wait');
    await go('status job-1');
    const again = await go('cancel job-1 --yes');
    expect(again.code).toBe(3);
    expect(again.stderr).toMatch(/was cancelled: 2 of 12 resolved, 2 still on their way\./);
  });
});

describe('reindex', () => {
  it('asks for slice after slice until there is no more, and adds up', async () => {
    const { code, stdout } = await run({ slices: 4 }, 'reindex --yes');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'Done: read 40  opened 4  resolved 0  erased 0  renewed 0  recounted 8  unreadable 4  left 0\n',
    });
    expect(stub?.asked.map(({ body }) => body)).toEqual([
      {},
      { cursor: '1' },
      { cursor: '2' },
      { cursor: '3' },
    ]);
    expect(JSON.parse((await run({ slices: 2 }, 'reindex --yes --json')).stdout)).toMatchObject({
      read: 20,
    });
  });

  it('what kept changing is exit code 1: run it again', async () => {
    const answer = { success: true, cursor: null, read: 1, left: 2 };
    const { code, stderr } = await run({ instead: () => [200, answer] }, 'reindex --yes');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '2 kept changing meanwhile and are left as they were: run it again.\n',
    });
  });

  it('interrupted, it says where to go on', async () => {
    const { code, stderr } = await run({ slices: 100 }, 'reindex --yes', {
      ...TERMINAL,
      onTold: (told, interrupt) => {
        if (told.includes('read 30 ')) interrupt();
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /Not finished. So far: read 30 .*\n.*npx order-dlq reindex --cursor \d+ goes on\./,
    );
    const { body } =
      (await run({ slices: 100 }, 'reindex --yes --cursor 97'), stub?.asked[0]) ?? {};
    expect(body).toEqual({ cursor: '97' });
  });

  it('a cursor that is too long to read is written for copying, and beginning anew is offered first', async () => {
    const cursor = 'x'.repeat(3_000);
    const { code, stderr } = await run(
      {
        instead: (_, nth) =>
          nth > 1
            ? [500, { success: false, code: 'INTERNAL', message: 'no' }]
            : [200, { success: true, cursor, read: 1 }],
      },
      'reindex --yes',
    );
    expect(code).toBe(3);
    expect(stderr).toContain(
      `npx order-dlq reindex begins anew, which does no harm. To go on from here:\nnpx order-dlq reindex --cursor ${cursor}\n`,
    );
  });

  it('a cursor that the API does not take is not offered again', async () => {
    const no = { success: false, code: 'CURSOR_INVALID', message: 'not the whole of one' };
    const { code, stderr } = await run({ instead: () => [400, no] }, 'reindex --yes --cursor xyz');
    expect(code).toBe(3);
    expect(stderr).toContain('npx order-dlq reindex begins again.');
    expect(stderr).not.toContain('--cursor');
  });

  it('a failure before anything is done says so', async () => {
    const no = { success: false, code: 'INTERNAL', message: 'no' };
    const { stderr } = await run({ instead: () => [500, no] }, 'reindex --yes');
    expect(stderr).toContain('npx order-dlq reindex begins again.');
    expect(stderr).not.toContain('--cursor');
  });

  it('a failure on the way says where to go on', async () => {
    const { code, stderr } = await run(
      {
        slices: 9,
        instead: (_, nth) =>
          nth > 2 ? [500, { success: false, code: 'INTERNAL', message: 'no' }] : undefined,
      },
      'reindex --yes',
    );
    expect(code).toBe(3);
    expect(stderr).toContain('npx order-dlq reindex --cursor 2 goes on.');
    expect(stderr).toContain('500 (INTERNAL): no');
  });
});
