import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { job as jobSchema, planAnswer, startAnswer } from '../../../lib/codec/job-answer.ts';
import { toJobJson, toPlanAnswer, toStartAnswer } from '../../../lib/codec/job-json.ts';
import { JOB_KINDS, JOB_STATES, type Job } from '../../../lib/model/job.ts';
import { plannedJob, startedJob } from '../../support/jobs.ts';

const { progress } = startedJob();
const half: Job['progress'] = {
  ...progress,
  position: 5,
  sent: 4,
  resolved: 2,
  failedAgain: 1,
  stale: 1,
  skipped: { 'bytes-missing': 2, redriving: 1 },
  atMs: startedJob().startedAtMs! + 2000,
};

describe('a job', () => {
  it('has its progress, with what the plan and what the slices left alone in one', () => {
    const job = startedJob({ planned: 9, progress: half });

    const json = toJobJson(job);

    expect(z.safeParse(jobSchema, json).error).toBeUndefined();
    expect(json).toMatchObject({
      id: job.id,
      kind: 'redrive',
      state: 'running',
      by: 'local',
      reason: 'the cause is mended',
      planned: 9,
      sent: 4,
      resolved: 2,
      failedAgain: 1,
      stale: 1,
      pending: 0,
      ratePerSecond: 2,
      secondsLeft: 2,
      startedAt: '2026-01-01T00:00:11.000Z',
      endedAt: null,
      cancelledBy: null,
    });
    expect(json.skipped).toEqual({ 'bytes-missing': 3, redriving: 1 });
    expect(json.createdAt).toBe('2026-01-01T00:00:10.000Z');
  });

  it('says how many are on their way, also once it has ended', () => {
    const sent = { ...half, sent: 9, position: 10 };
    const job = startedJob({ state: 'cancelled', endedAtMs: 9, progress: sent });
    expect(toJobJson(job)).toMatchObject({ pending: 5, secondsLeft: 0 });
  });

  it('shows nothing of how it is worked', () => {
    const names = Object.keys(toJobJson(startedJob({ progress: half })));
    for (const inner of ['revision', 'progress', 'slice', 'position', 'wave', 'expiresAtMs']) {
      expect(names).not.toContain(inner);
    }
  });

  it('has its selection as it was asked for', () => {
    const ids = ['a', 'b'];
    const byIds = toJobJson(plannedJob({ selection: { kind: 'ids', ids } }));
    const filter = { state: 'open', fromMs: 0, toMs: 1000, originalOffsetFrom: 0 } as const;
    const byFilter = toJobJson(plannedJob({ selection: { kind: 'filter', filter } }));

    expect(byIds.selection).toEqual({ ids });
    expect(byFilter.selection).toEqual({
      filter: {
        state: 'open',
        from: '1970-01-01T00:00:00.000Z',
        to: '1970-01-01T00:00:01.000Z',
        originalOffsetFrom: 0,
      },
    });
    expect(z.safeParse(jobSchema, byIds).error).toBeUndefined();
    expect(z.safeParse(jobSchema, byFilter).error).toBeUndefined();
  });

  it.each(JOB_KINDS.flatMap((kind) => JOB_STATES.map((state) => ({ kind, state }))))(
    'a $kind that is $state is as the API document says',
    ({ kind, state }) => {
      const json = toJobJson(startedJob({ kind, state, progress: half }));
      expect(z.safeParse(jobSchema, json).error).toBeUndefined();
      expect('canary' in json.settings).toBe(kind === 'redrive');
      expect('stopAtFailureRatio' in json.settings).toBe(kind === 'redrive');
    },
  );
});

it('a plan says what it would do, how long that takes, and until when it can be started', () => {
  const answer = toPlanAnswer(plannedJob({ planned: 100 }));

  expect(z.safeParse(planAnswer, answer).error).toBeUndefined();
  expect(answer).toMatchObject({
    planId: 'job-1',
    kind: 'redrive',
    planned: 100,
    skipped: { 'bytes-missing': 1 },
    groups: [{ group: '0123456789abcdef', count: 3 }],
    expiresAt: '2026-01-02T00:00:10.001Z',
  });
  expect(answer.estimatedSeconds).toBeGreaterThanOrEqual(2);
});

it('a start answers with the id of the plan', () => {
  const answer = toStartAnswer(startedJob());

  expect(z.safeParse(startAnswer, answer).error).toBeUndefined();
  expect(answer).toEqual({
    success: true,
    id: 'job-1',
    kind: 'redrive',
    state: 'running',
    planned: 3,
    skipped: { 'bytes-missing': 1 },
  });
});
