import { describe, expect, it } from 'vitest';
import { parseDeployment } from '../../../infra/deployment.ts';
import { forgottenRefusal } from '../../../infra/forgotten-topics.ts';
import { serviceVariables } from '../../../infra/serverless-variables.ts';
import { needsTable, usesKafka } from '../../../infra/permissions.ts';
import { parseConfig } from '../../../lib/config.ts';
import { readPage, sectionOf, tablesOf } from '../../support/markdown.ts';
import { sourceFiles } from '../../support/source-files.ts';

const page = readPage('docs/deploy.md');
const rows = tablesOf(sectionOf(page, 'Variables'))[0] ?? [];

describe('the table of variables', () => {
  it('has every one that the deployment reads, and no other', () => {
    const [text = ''] = sourceFiles('infra')
      .filter(({ path }) => path.endsWith('infra/deployment.ts'))
      .map((file) => file.text);
    const read = text.match(/'(MSK|VPC|MAPPING|TABLES)[A-Z_]*'/g) ?? [];
    const names = new Set(read.map((name) => name.slice(1, -1)).filter((n) => n !== 'MAPPING_'));
    expect(new Set(rows.map(([name]) => name))).toEqual(names);
  });

  it('has their defaults', () => {
    const defaults = Object.fromEntries(rows.map(([name = '', fallback = '']) => [name, fallback]));
    const names = { service: 's', stage: 'dev' };
    const { deployment } = parseDeployment({}, names);
    const written = Object.fromEntries(Object.entries(defaults).filter(([, text]) => text !== ''));
    expect(Object.keys(written)).toHaveLength(4);
    expect(parseDeployment(written, names)).toEqual({ deployment, faults: [] });
  });
});

it('counts what is made', () => {
  const needs = needsTable(parseConfig({}));
  const { events, resources } = serviceVariables({});
  const tables = Object.values(resources).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
  const made = sectionOf(page, 'What it makes');
  expect(made).toContain(`**${Object.keys(needs).length} functions**`);
  expect(made).toContain(`**${Object.values(events).flat().length} event source mappings**`);
  expect(made).toContain(`**${tables.length} tables**`);
  expect(Object.values(resources).map(({ Type }) => Type)).toContain('AWS::Glue::Registry');
  expect(made).toContain('**A schema registry**');
  expect(Object.values(needs).filter(usesKafka)).toHaveLength(10);
  expect(page).toContain('Ten of the fifteen functions speak to Kafka');
});

it('shows the refusal over a forgotten retry topic', () => {
  const { policy } = parseConfig({ DLQ_RETRY_BACKOFF_MS: '2000' });
  const place = { again: 'deploy', brokers: 'BROKERS' } as const;
  expect(page).toContain(forgottenRefusal(['order-events-retry-1s'], policy, place).message);
});
