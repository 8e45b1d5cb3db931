import { describe, expect, it } from 'vitest';
import { topicTable } from '../../../infra/topics.ts';
import { dlqInfoAnswer } from '../../../lib/codec/dlq-info-answer.ts';
import { parseConfig } from '../../../lib/config.ts';
import { DEAD_LETTER_STATES } from '../../../lib/model/dead-letter.ts';
import { REASONS } from '../../../lib/model/failure.ts';
import { JOB_KINDS, JOB_STATES } from '../../../lib/model/job.ts';
import { METRIC_NAMES } from '../../../lib/ports/metrics.ts';
import { forgottenFailure } from '../../../localstack/topics.ts';
import { blocksOf, namesOf, readPage, sectionOf, tablesOf } from '../../support/markdown.ts';

const page = readPage('docs/operations.md');
const contracts = readPage('docs/contracts.md');
const section = (heading: string) => sectionOf(page, heading);
const scriptsOf = (heading: string) =>
  blocksOf(section(heading)).flatMap(({ language, text }) => (language === 'sh' ? [text] : []));

const NIGHT = 'Three commands for 3 a.m.';

/** What people must be able to find out. */
const QUESTIONS = [
  'Messages go to the DLQ at once',
  'Offsets are not committed',
  'A topic does not exist',
  'The index is lost, or differs from the topic',
  'How retries affect latency and order',
  'A record that kills the process',
  'Outages',
  'Alarms',
  'Changing the retry policy',
  'Switching partial responses',
  'Processing dead letters again',
  'Do and don\u2019t',
];

it('begins with the three commands', () => {
  expect(/^## (.+)$/m.exec(page)?.[1]).toBe(NIGHT);
  expect(scriptsOf(NIGHT).map((script) => /\$API\S+/.exec(script)?.[0])).toEqual([
    '$API/api/dlq/info',
    '$API/api/dlq/groups',
    '$API/api/dlq/messages/$ID',
  ]);
});

it.each(QUESTIONS)('answers: %s', (heading) => {
  expect(section(heading).length).toBeGreaterThan(200);
});

describe('what people search for stands there word for word', () => {
  const textsOf = (of: string) =>
    (tablesOf(sectionOf(of, 'Log texts'))[0] ?? []).map(([level, text]) => `${level} ${text}`);

  it('every log text with its level, and no other', () => {
    expect(textsOf(page).toSorted()).toEqual(textsOf(contracts).toSorted());
  });

  it.each(tablesOf(section('Log texts'))[0] ?? [])('%s %s: meaning and remedy', (...cells) => {
    const [, , means, remedy] = cells;
    expect(means).toMatch(/\w/);
    expect(remedy).toMatch(/\w|–/);
  });

  it('every reason', () => {
    expect(namesOf(section('Reasons'))).toEqual([...REASONS]);
  });

  it('every metric has an alarm', () => {
    expect(METRIC_NAMES.filter((name) => !section('Alarms').includes(`\`${name}\``))).toEqual([]);
  });

  it('every field of a dead letter that the contracts promise everywhere', () => {
    const [, listed = ''] = /top level of every dead letter[^:]*:([^.]*)\./.exec(contracts) ?? [];
    const fields = [...listed.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(fields).toHaveLength(11);
    const reading = section('Reading a dead letter');
    expect(fields.filter((name) => !reading.includes(`\`${name}\``))).toEqual([]);
  });

  it('the refusal over a forgotten retry topic', () => {
    const config = parseConfig({ DLQ_RETRY_BACKOFF_MS: '2000' });
    const refusal = forgottenFailure(['order-events-retry-1s'], config.policy, 'BROKERS');
    expect(page).toContain(refusal.message);
  });
});

it.each(['docs/operations.md', 'docs/deploy.md'])(
  '%s creates every topic as this project does',
  (name) => {
    const written = [...readPage(name).matchAll(/^kafka-topics\.sh .* --create .*$/gm)].map(
      ([command]) => ({
        topic: /--topic (\S+)/.exec(command)?.[1],
        partitions: Number(/--partitions (\d+)/.exec(command)?.[1]),
        configs: Object.fromEntries(
          [...command.matchAll(/--config ([\w.]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
        ) as Record<string, string>,
      }),
    );
    const expected = topicTable(parseConfig({})).map((topic) => ({
      ...topic,
      configs: { ...topic.configs, 'min.insync.replicas': '2' },
    }));
    expect(written).toEqual(expected);
  },
);

it('the answers that it shows are such', () => {
  const [info, groups] = blocksOf(section(NIGHT))
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text) as unknown);
  expect(dlqInfoAnswer.safeParse(info).error).toBeUndefined();
  const [group] = (groups as { groups: { counts: object }[] }).groups;
  expect(Object.keys(group?.counts ?? {})).toEqual([...DEAD_LETTER_STATES]);
});

it('every way in which a job ends', () => {
  const ends = JOB_STATES.filter((state) => !['planned', 'running', 'cancelling'].includes(state));
  expect(namesOf(section('Processing dead letters again'))).toEqual(ends);
});

it('every change that operators make, from which state to which', () => {
  const again = section('Processing dead letters again');
  for (const kind of JOB_KINDS) expect(again).toContain(kind);
  for (const state of DEAD_LETTER_STATES.filter((one) => !one.endsWith('ing'))) {
    expect(again).toMatch(new RegExp(`\\b${state}\\b`, 'i'));
  }
});
