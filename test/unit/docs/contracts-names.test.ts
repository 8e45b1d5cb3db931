import { describe, expect, it } from 'vitest';
import { COPY_BYTES_MAX, ORDER_BYTES_MAX, topicTable } from '../../../infra/topics.ts';
import { mappingTable } from '../../../infra/mappings.ts';
import { job } from '../../../lib/codec/job-answer.ts';
import { jobBody } from '../../../lib/codec/job-request.ts';
import { listQuerySchema } from '../../../lib/codec/list-query.ts';
import { parseConfig } from '../../../lib/config.ts';
import { HTTP_ERRORS } from '../../../lib/lambda/http-errors.ts';
import { ERROR_CODES } from '../../../lib/model/errors.ts';
import { REASONS } from '../../../lib/model/failure.ts';
import { JOB_STATES, SKIP_REASONS } from '../../../lib/model/job.ts';
import { createOrderBody, orderIdSchema } from '../../../lib/orders/order-api.ts';
import { METRIC_NAMES } from '../../../lib/ports/metrics.ts';
import { DLQ_ROUTES } from '../../../lib/wire-dlq-routes.ts';
import { ORDER_ROUTES } from '../../../lib/wire-order-routes.ts';
import { namesOf, readPage, sectionOf, tablesOf } from '../../support/markdown.ts';
import { sourceFiles } from '../../support/source-files.ts';
import { deploymentOf } from '../../support/deployment.ts';

const page = readPage('docs/contracts.md');
const section = (heading: string) => sectionOf(page, heading);
const rowsOf = (heading: string, table = 0) => tablesOf(section(heading))[table] ?? [];
const config = parseConfig({});
const deployment = deploymentOf();

describe('topics and groups', () => {
  const rows = rowsOf('Topics and groups');

  it('every topic that is created, with its limit and how long it keeps', () => {
    const created = topicTable(config).map(({ topic, configs }) => [
      topic,
      `${Number(configs['max.message.bytes']) / (1024 * 1024)} MiB`,
      configs['cleanup.policy'],
    ]);
    const written = rows.map(([topic, largest, kept = '']) => [
      topic,
      largest,
      kept.startsWith('compacted') ? 'compact' : 'delete',
    ]);
    expect(written.map(String).toSorted()).toEqual(created.map(String).toSorted());
    expect([ORDER_BYTES_MAX, COPY_BYTES_MAX]).toEqual([1024 ** 2, 8 * 1024 ** 2]);
  });

  it('every mapping: its topic, function and group', () => {
    const mappings = Object.entries(mappingTable(config, deployment)).flatMap(([name, events]) =>
      events.map(({ topic, consumerGroupId }) => [topic, name, consumerGroupId]),
    );
    const written = rows
      .filter(([topic]) => topic !== config.topics.dlq)
      .map(([topic, , , , reader, group]) => [topic, reader, group]);
    expect(written.map(String).toSorted()).toEqual(mappings.map(String).toSorted());
  });
});

describe('reasons', () => {
  it('every one, and no other', () => {
    expect(namesOf(section('Reasons'))).toEqual([...REASONS]);
  });

  it.each(rowsOf('Reasons'))('%s has a cause and what to do about it', (_name, cause, remedy) => {
    expect(cause).toMatch(/\w/);
    expect(remedy).toMatch(/\w/);
  });
});

describe('error codes', () => {
  const rows = rowsOf('Error codes');

  it('every one, and no other', () => {
    expect(rows.map(([code = '']) => code).toSorted()).toEqual([...ERROR_CODES].toSorted());
  });

  it.each(rows)('%s: status, cause and remedy', (code, status, cause, remedy) => {
    expect(Number(status)).toBe(HTTP_ERRORS[code as keyof typeof HTTP_ERRORS].status);
    expect(cause).toMatch(/\w/);
    expect(remedy).toMatch(/\w/);
  });
});

describe('metrics', () => {
  const rows = rowsOf('Metrics');
  const calls = sourceFiles('lib')
    .flatMap(({ text }) => [...text.matchAll(/\.add\('(\w+)', ([^;]*)\);/g)])
    .map(([, name, rest = '']) => `${name} ${/\{ (\w+):/.exec(rest)?.[1] ?? ''}`.trim());

  it('every one, and no other', () => {
    expect(namesOf(section('Metrics'))).toEqual([...METRIC_NAMES]);
  });

  it('each with the dimension that it is counted with', () => {
    const written = rows.map(([name, , dimension]) => `${name} ${dimension}`.trim());
    expect(written.toSorted()).toEqual([...new Set(calls)].toSorted());
  });

  it.each(rows)('%s has a unit and a meaning', (_name, unit, _dimension, meaning) => {
    expect(unit).toMatch(/^(Count|Milliseconds)$/);
    expect(meaning).toMatch(/\w/);
  });
});

describe('HTTP API', () => {
  it('the body of create-order: every field', () => {
    expect(namesOf(section('HTTP API'), 1)).toEqual(Object.keys(createOrderBody.shape));
  });

  it('the list’s query: every parameter', () => {
    const { shape } = listQuerySchema(orderIdSchema);
    expect(namesOf(section('HTTP API'), 2)).toEqual(Object.keys(shape));
  });

  it('the body of a redrive: every field', () => {
    const { shape } = jobBody('redrive', orderIdSchema);
    expect(namesOf(section('HTTP API'), 3)).toEqual(Object.keys(shape));
  });

  it('why a job leaves a dead letter alone: every reason', () => {
    const sentence = section('HTTP API').split('`skipped` counts')[1]?.split('\n\n')[0] ?? '';
    const written = [...sentence.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, name]) => name);
    expect(written).toEqual([...SKIP_REASONS]);
  });

  it('a job: every field', () => {
    const text = section('HTTP API').split('A job has ')[1]?.split('. `by` is')[0] ?? '';
    for (const name of Object.keys(job.shape)) expect(text).toContain(`\`${name}\``);
    for (const state of JOB_STATES) expect(text).toContain(`\`${state}\``);
  });

  it('every route has its line, those of discards, restores and purges together', () => {
    const written = rowsOf('HTTP API').map(([call = '']) => call);
    const rest = /^\/api\/dlq\/(discards|restores|purges)/;
    const routes = [...ORDER_ROUTES, ...DLQ_ROUTES]
      .filter(({ path }) => !rest.test(path))
      .map(({ method, path }) => `${method} ${path}`);
    const pages = ['GET /', 'GET /docs', 'GET /openapi.json'];
    expect(written.toSorted()).toEqual([...routes, ...pages].toSorted());
  });
});
