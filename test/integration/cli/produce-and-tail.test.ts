import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createTopics, withAdmin } from '../../../localstack/kafka-admin.ts';
import { groupIds } from '../../support/kafka-client.ts';
import { startProgram } from '../../support/local-stack.ts';

const brokers = inject('kafkaBrokers');
const topic = `produce-and-tail-${randomUUID()}`;

beforeAll(() => withAdmin(brokers, (admin) => createTopics(admin, [{ topic, numPartitions: 4 }])));

async function run(program: string, ...args: string[]) {
  const started = startProgram({ KAFKA_BROKERS: brokers }, [`cli/${program}.ts`, ...args]);
  const code = await started.exited;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

describe('produce and tail', () => {
  it('show exactly what was put there: key, bytes, null, and headers in any order', async () => {
    const headers = ['a=1', 'b=', 'a=2', 'c', '1=x', '__proto__=p', 'retry.state={}'];
    const produced = await run(
      'produce',
      ...`--topic ${topic} --key K --null --header-base64 bytes=gP8=`.split(' '),
      ...headers.flatMap((header) => ['--header', header]),
    );
    expect(produced).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/partition 2, offset 0\n$/),
    });

    const { stdout, code } = await run('tail', topic, '--from-beginning', '--limit', '1');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      '  key     text    K',
      '  header  base64  bytes = gP8=',
      '  header  text    a = 1',
      '  header  empty   b',
      '  header  text    a = 2',
      '  header  null    c',
      '  header  text    1 = x',
      '  header  text    __proto__ = p',
      '  header  text    retry.state = {}',
      '  value   null',
      '',
    ]);
  });

  it('tail shows what comes from now on, and appears in no consumer group', async () => {
    const groupsBefore = await withAdmin(brokers, groupIds);
    const tail = startProgram({ KAFKA_BROKERS: brokers }, ['cli/tail.ts', topic, '--limit', '2']);
    // It says nothing before something comes: records are sent until it has seen two.
    let ended = false;
    void tail.exited.then(() => (ended = true));
    for (let number = 0; !ended && number < 20; number++) {
      await run('produce', '--topic', topic, '--value', `number ${number}`, '--key', 'K');
    }

    expect(await tail.exited).toBe(0);
    expect(tail.stdout()).not.toContain('value   null');
    expect(tail.stderr()).toContain(`Waiting for new records on ${topic}; --from-beginning shows`);
    const numbers = [...tail.stdout().matchAll(/value {3}text {4}number (\d+)/g)].map(
      Number.call,
      Number,
    );
    expect(numbers).toHaveLength(2);
    // A broker forgets the groups of earlier tests when it pleases: only what has come counts.
    expect((await withAdmin(brokers, groupIds)).filter((id) => !groupsBefore.includes(id))).toEqual(
      [],
    );
  });

  it('tail ends at Ctrl-C, with 0', async () => {
    const tail = startProgram({ KAFKA_BROKERS: brokers }, [
      'cli/tail.ts',
      topic,
      '--from-beginning',
    ]);
    await new Promise((resolve) => tail.process.stdout?.once('data', resolve));

    tail.process.kill('SIGINT');

    expect(await tail.exited).toBe(0);
  });

  it('--no-wait ends where nothing more is there', async () => {
    const empty = `empty-${randomUUID()}`;
    await withAdmin(brokers, (admin) => createTopics(admin, [{ topic: empty, numPartitions: 2 }]));

    expect(await run('tail', empty, '--from-beginning', '--no-wait')).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  it.each([
    {
      program: 'produce',
      args: ['--topic', 'no-such-topic', '--null'],
      says: /There is no topic no-such-topic/,
      code: 1,
    },
    { program: 'tail', args: ['no-such-topic'], says: /There is no topic no-such-topic/, code: 1 },
    { program: 'produce', args: [], says: /Say the value once.*\n.*produce -- --help/, code: 2 },
    { program: 'tail', args: [], says: /Name the topic/, code: 2 },
  ])('$program $args: $says', async ({ program, args, says, code }) => {
    const ran = await run(program, ...args);

    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/ {4}at /);
  });

  it('produce refuses what the topic would, and says which limit', async () => {
    const small = `small-${randomUUID()}`;
    await withAdmin(brokers, (admin) =>
      createTopics(admin, [
        {
          topic: small,
          numPartitions: 1,
          configEntries: [{ name: 'max.message.bytes', value: '1000' }],
        },
      ]),
    );

    const ran = await run('produce', '--topic', small, '--value', 'x'.repeat(2000));

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/refuses the record as too large[\s\S]*max\.message\.bytes/);
  });

  it('says which Kafka does not answer, once, and what to do', async () => {
    const tail = startProgram({ KAFKA_BROKERS: '127.0.0.1:1' }, ['cli/tail.ts', topic]);

    expect(await tail.exited).toBe(1);
    expect(tail.stderr()).toMatch(
      /^Kafka at 127\.0\.0\.1:1 did not .*ECONNREFUSED.*\n {2}→ .*npm start.*\n$/,
    );
  });

  it('says how to get a Kafka where there is none', async () => {
    const tail = startProgram({ LOCALSTACK_DIR: '/nonexistent' }, ['cli/tail.ts', topic]);

    expect(await tail.exited).toBe(1);
    expect(tail.stderr()).toMatch(/No Kafka to talk to[\s\S]*npm start/);
  });
});
