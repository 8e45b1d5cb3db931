import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  JOB_SETTINGS_DEFAULT,
  jobBody,
  jobPath,
  toJobRequest,
  type JobBody,
} from '../../../lib/codec/job-request.ts';
import { BODY_BYTES_MAX } from '../../../lib/lambda/http-request.ts';
import { idOf } from '../../support/dead-letter-items.ts';

const redrive = jobBody('redrive', z.string());
const GROUP = '0123456789abcdef';
const ORDERS = 'order-events';
const filtered = (filter: object) => ({ kind: 'filter', filter });
const settings = JOB_SETTINGS_DEFAULT;

describe('a body', () => {
  it.each([
    {},
    { dryRun: true },
    { ids: [idOf(1)] },
    { group: GROUP },
    { filter: {} },
    { filter: { state: 'open', originalPartition: 3, originalOffsetFrom: 0 } },
    { ratePerSecond: 1 },
    { ratePerSecond: 1000 },
    { canary: 1 },
    { stopAtFailureRatio: 0 },
    { stopAtFailureRatio: 1 },
    { limit: 100_000 },
    { force: true },
    { reason: 'x'.repeat(500) },
    { planId: 'e4eaaaf2-d142-11e1-b3e4-080027620cdd' },
  ])('takes %o', (body) => {
    expect(z.parse(redrive, body)).toEqual(body);
  });

  it.each([
    { dryRun: 'false' },
    { dryRun: 0 },
    { dryRun: null },
    { planId: '' },
    { planId: '../x' },
    { ids: idOf(1) },
    { ids: [] },
    { ids: Array.from({ length: 1001 }, (_, n) => idOf(n)) },
    { group: 'all' },
    { filter: [] },
    { filter: 'open' },
    { reason: '' },
    { reason: ' \n' },
    { reason: 'x'.repeat(501) },
    { reason: null },
    { ratePerSecond: 0 },
    { ratePerSecond: 1001 },
    { ratePerSecond: 0.5 },
    { ratePerSecond: '50' },
    { canary: 0 },
    { canary: 1.5 },
    { stopAtFailureRatio: -0.1 },
    { stopAtFailureRatio: 1.1 },
    { stopAtFailureRatio: '0.2' },
    { limit: 0 },
    { limit: 100_001 },
    { force: 'yes' },
  ])('refuses %o, with the remedy', (body) => {
    const { error } = z.safeParse(redrive, body);

    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(body));
    expect(error?.issues[0]?.message).toMatch(/^write /);
  });

  it.each([
    { filter: { from: 'yesterday' }, at: ['filter', 'from'] },
    { filter: { originalPartition: '3' }, at: ['filter', 'originalPartition'] },
    { filter: { state: 'dead' }, at: ['filter', 'state'] },
    { ids: [idOf(1), '0123'], at: ['ids', 1] },
    { ids: [idOf(1).toUpperCase()], at: ['ids', 0] },
    { ids: [7], at: ['ids', 0] },
  ])('says where in it: $at', ({ at, ...body }) => {
    const { error } = z.safeParse(redrive, body);

    expect(error?.issues.map(({ path }) => path)).toEqual([at]);
    expect(error?.issues[0]?.message).toMatch(/^write /);
  });

  it.each(['discard', 'restore', 'purge'] as const)(
    'of a %s knows nothing of canary and ratio',
    (kind) => {
      const { error } = z.safeParse(jobBody(kind, z.string()), {
        group: GROUP,
        canary: 1,
        stopAtFailureRatio: 0.2,
      });
      expect(error?.issues).toMatchObject([
        { code: 'unrecognized_keys', keys: ['canary', 'stopAtFailureRatio'] },
      ]);
    },
  );

  it.each([{ filter: { ids: [] } }, { filter: { originalOffset: 1 } }, { groups: GROUP }])(
    'knows no other fields: %o',
    (body) => {
      const { error } = z.safeParse(redrive, body);
      expect(error?.issues[0]?.code).toBe('unrecognized_keys');
    },
  );

  it('with a thousand ids fits a request', () => {
    const ids = Array.from({ length: 1000 }, (_, n) => idOf(n));
    const body = { dryRun: false, ids, reason: 'é'.repeat(500), ratePerSecond: 1000, limit: 1000 };

    expect(z.safeParse(redrive, body).error).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(BODY_BYTES_MAX);
  });
});

describe('what is asked for', () => {
  it.each<{ what: string; body: JobBody; is: object }>([
    {
      what: 'nothing but a group: a plan',
      body: { group: GROUP },
      is: { what: 'plan', selection: filtered({ group: GROUP }), settings },
    },
    {
      what: 'a dry run with a reason: a plan',
      body: { dryRun: true, ids: [idOf(1)], reason: 'why' },
      is: { what: 'plan', selection: { kind: 'ids', ids: [idOf(1)] }, settings },
    },
    {
      what: 'one id twice: once',
      body: { ids: [idOf(2), idOf(1), idOf(2)] },
      is: { what: 'plan', selection: { kind: 'ids', ids: [idOf(2), idOf(1)] }, settings },
    },
    {
      what: 'a filter, its times as ms and its partition as one of the order topic',
      body: { filter: { from: 5, to: 6, originalPartition: 0 } },
      is: {
        what: 'plan',
        selection: filtered({
          fromMs: 5,
          toMs: 6,
          originalPartition: 0,
          originalTopic: ORDERS,
        }),
        settings,
      },
    },
    {
      what: 'a selection to start, with settings',
      body: { dryRun: false, filter: {}, reason: 'why', canary: 5, force: true },
      is: {
        what: 'start',
        selection: filtered({}),
        settings: { ...settings, canary: 5, force: true },
        reason: 'why',
      },
    },
    {
      what: 'a plan to start',
      body: { dryRun: false, planId: 'a-1', reason: 'why' },
      is: { what: 'start-plan', planId: 'a-1', reason: 'why' },
    },
  ])('$what', ({ body, is }) => {
    expect(toJobRequest(body, ORDERS)).toEqual(is);
  });

  it.each<{ body: JobBody; says: RegExp }>([
    { body: {}, says: /^Nothing is selected: give one of planId, ids, group and filter$/ },
    {
      body: { ids: [idOf(1)], group: GROUP },
      says: /^ids and group stand beside each other: give/,
    },
    { body: { group: GROUP, filter: {} }, says: /^group and filter stand beside each other/ },
    {
      body: { dryRun: false, planId: 'a', ids: [idOf(1)], group: GROUP, filter: {}, reason: 'x' },
      says: /^planId and ids and group and filter stand beside/,
    },
    { body: { dryRun: false, group: GROUP }, says: /^reason is missing: write why/ },
    { body: { dryRun: false, planId: 'a' }, says: /^reason is missing: write why/ },
    { body: { planId: 'a' }, says: /^planId stands beside dryRun true: write dryRun false/ },
    {
      body: { dryRun: false, planId: 'a', reason: 'x', ratePerSecond: 50, force: false },
      says: /^ratePerSecond, force beside planId: leave out/,
    },
    {
      body: { filter: { from: 6, to: 6 } },
      says: /^filter.from is not before filter.to: give an earlier/,
    },
    {
      body: { filter: { originalOffsetTo: 6 } },
      says: /^filter.originalOffsetTo stands without filter.originalPartition/,
    },
    {
      body: { dryRun: false, filter: { from: 6, to: 5 } },
      says: /filter.from is not before.*; reason is missing/,
    },
  ])('refuses $body: $says', ({ body, says }) => {
    const { fault } = toJobRequest(body, ORDERS) as { fault: string };
    expect(fault).toMatch(says);
  });

  it('is a start only where dryRun is false and a reason is there', () => {
    const body = fc.record(
      {
        dryRun: fc.boolean(),
        planId: fc.constant('a'),
        ids: fc.constant([idOf(1)]),
        group: fc.constant(GROUP),
        filter: fc.constant({}),
        reason: fc.constant('why'),
        limit: fc.integer({ min: 1, max: 9 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (asked) => {
        const request = toJobRequest(asked, ORDERS);
        if ('fault' in request) return;
        const chosen = [asked.planId, asked.ids, asked.group, asked.filter];
        expect(chosen.filter((one) => one !== undefined)).toHaveLength(1);
        expect(request.what !== 'plan').toBe(asked.dryRun === false);
        if (request.what !== 'plan') expect(request.reason).toBe(asked.reason);
      }),
    );
  });
});

it.each(['', '..', 'a/b', 'a b', 'x'.repeat(65), '%20'])('no job has the id %j', (id) => {
  expect(z.safeParse(jobPath, { id }).error?.issues[0]?.message).toMatch(/^write /);
});
