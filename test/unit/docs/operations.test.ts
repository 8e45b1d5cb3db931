import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { topicTable } from '../../../infra/topics.ts';
import { dlqInfoAnswer } from '../../../lib/codec/dlq-info-answer.ts';
import { parseConfig } from '../../../lib/config.ts';
import { REASONS } from '../../../lib/model/failure.ts';
import { METRIC_NAMES } from '../../../lib/ports/metrics.ts';
import { forgottenFailure } from '../../../localstack/topics.ts';
import {
  blocksOf,
  jsonOf,
  namesOf,
  readPage,
  sectionOf,
  tablesOf,
} from '../../support/markdown.ts';

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
  'How retries affect latency and order',
  'A record that kills the process',
  'Outages',
  'Alarms',
  'Changing the retry policy',
  'Switching partial responses',
  'Processing dead letters again, by hand',
  'Do and don\u2019t',
];

it('begins with the three commands', () => {
  expect(/^## (.+)$/m.exec(page)?.[1]).toBe(NIGHT);
  expect(scriptsOf(NIGHT).map((script) => /\$API\S+/.exec(script)?.[0])).toEqual([
    '$API/api/dlq/info',
    '$API/api/dlq/messages?limit=100"',
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

it('the answer that it shows is one', () => {
  expect(dlqInfoAnswer.safeParse(jsonOf(section(NIGHT))).error).toBeUndefined();
});

describe('the commands, with an API and a producer that only tell', () => {
  const bin = mkdtempSync(join(tmpdir(), 'order-service-operations-'));
  afterAll(() => rmSync(bin, { recursive: true }));

  /** Runs a block of the page; what it asks of the API is `answer`, and `npm` prints its arguments. */
  const run = (script: string, answer: object): string => {
    const stub = (name: string, text: string) =>
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    writeFileSync(join(bin, 'answer.json'), JSON.stringify(answer));
    stub('curl', `cat '${join(bin, 'answer.json')}'`);
    stub('npm', `printf '<%s>' "$@"`);
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` };
    const options = { env: { ...env, API: 'a', ID: 'i' }, stdio: 'pipe' } as const;
    return execFileSync('sh', ['-c', script], options).toString();
  };
  const message = (over: object) => ({
    message: { originalKey: null, originalValue: '', originalHeaders: [], ...over },
  });

  it('the second groups what has been given up, as shown', () => {
    const given = (id: string, arrivedAt: string, reason: string, type: string, text: string) => ({
      id,
      arrivedAt,
      reason,
      errorType: type,
      errorMessage: text,
    });
    const failed = ['retries-exhausted', 'ValueError', 'Simulated processing failure'] as const;
    const messages = [
      given('0b120c6d3f842d129dee1040628b9739', '2026-11-24T17:33:34.401Z', ...failed),
      given('cbe080fbfd4164dffa408e8645245ee1', '2026-11-24T17:33:33.513Z', ...failed),
      given(
        '3d56bb5591ba7244e705cf02b031f825',
        '2026-11-24T17:33:27.385Z',
        ...(['undecodable', 'UndecodableError', 'The value is no UTF-8 JSON'] as const),
      ),
    ];
    const shown = blocksOf(section(NIGHT)).find(({ language }) => language === 'text')?.text;
    expect(run(scriptsOf(NIGHT)[1] ?? '', { messages, nextCursor: null })).toBe(shown);
    expect(run(scriptsOf(NIGHT)[1] ?? '', { messages, nextCursor: 'x' })).toContain('more');
  });

  const [again = ''] = scriptsOf('Processing dead letters again, by hand');

  it('a dead letter is written again with its exact bytes', () => {
    const headers = [
      { key: 'a', value: 'MQ==' },
      { key: 'a', value: '' },
      { key: 'b', value: null },
    ];
    const whole = message({ originalKey: 'SzE=', originalValue: 'AP8=', originalHeaders: headers });
    expect(run(again, whole)).toBe(
      '<run><-s><produce><--><--value-base64=AP8=><--key-base64=SzE=>' +
        '<--header-base64=a=MQ==><--header-base64=a=><--header=b>',
    );
    expect(run(again, message({}))).toBe('<run><-s><produce><--><--value-base64=>');
    expect(run(again, message({ originalValue: null }))).toBe('<run><-s><produce><--><--null>');
  });

  it.each([{ bytesMissing: true }, { omitted: ['originalValue'] }])('refuses %j', (over) => {
    expect(() => run(again, message(over))).toThrow('the exact bytes are not in this answer');
  });
});
