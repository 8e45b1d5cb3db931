import type { JobKind } from './model/job.ts';

const JOB_ID = '4f3c2b1a-8d7e-4c5b-9a6f-0e1d2c3b4a59';
const GROUP = '6b1f0c9d2e3a4857';

const groups = [{ group: GROUP, title: 'ValueError: Simulated processing failure', count: 12 }];

/** Canary and ratio belong to redrives alone. */
const settingsOf = (kind: JobKind) => ({
  ratePerSecond: 50,
  ...(kind === 'redrive' ? { canary: 1, stopAtFailureRatio: 0.2 } : {}),
  limit: 10_000,
  force: false,
});

const jobOf = (kind: JobKind) => ({
  id: JOB_ID,
  kind,
  state: 'running',
  by: 'arn:aws:sts::123456789012:assumed-role/operators/ada',
  reason: 'prices fixed in 1.4.2',
  selection: { filter: { group: GROUP } },
  settings: settingsOf(kind),
  planned: 12,
  groups,
  sent: 7,
  resolved: kind === 'redrive' ? 3 : 7,
  failedAgain: 0,
  stale: 0,
  pending: kind === 'redrive' ? 4 : 0,
  skipped: { 'redriven-too-often': 1 },
  ratePerSecond: 3.5,
  secondsLeft: 2,
  createdAt: '2026-01-31T12:00:00.000Z',
  startedAt: '2026-01-31T12:01:00.000Z',
  endedAt: null,
  cancelledBy: null,
});

/** What the API document shows of the answers about jobs of one kind. */
export const jobAnswerExamples = (kind: JobKind) => ({
  plan: {
    success: true,
    planId: JOB_ID,
    kind,
    planned: 12,
    groups,
    skipped: { 'redriven-too-often': 1 },
    estimatedSeconds: kind === 'redrive' ? 5 : 1,
    settings: settingsOf(kind),
    expiresAt: '2026-02-01T12:00:00.000Z',
  },
  start: {
    success: true,
    id: JOB_ID,
    kind,
    state: 'running',
    planned: 12,
    skipped: { 'redriven-too-often': 1 },
  },
  job: { success: true, job: jobOf(kind) },
  jobs: { success: true, jobs: [jobOf(kind)], nextCursor: null },
  cancelled: {
    success: true,
    job: { ...jobOf(kind), state: 'cancelling', secondsLeft: null, cancelledBy: 'local' },
  },
});

/** Bodies to send: a plan, its start, and a start without a plan. @param verb as in "to redrive" */
export const jobBodyExamples = (kind: JobKind, reason: string) => ({
  plan: {
    summary: `Plan to ${kind} a group: exact numbers, and nothing changes`,
    value: { group: GROUP },
  },
  startPlan: {
    summary: 'Start the plan: twice is once',
    value: { dryRun: false, planId: JOB_ID, reason },
  },
  ids: {
    summary: `Plan to ${kind} single ones`,
    value: { ids: ['9f3c1f0a5e1d4b7c8a2e6d0f1b3c5a79'] },
  },
  filter: {
    summary: `Plan to ${kind} what a filter finds`,
    value: {
      filter: { errorType: 'ValueError', from: '2026-01-31', to: '2026-02-01' },
      limit: 100,
    },
  },
  start: {
    summary: `${kind[0]?.toUpperCase()}${kind.slice(1)} a group at once`,
    value: {
      dryRun: false,
      group: GROUP,
      reason,
      ...(kind === 'redrive' ? { canary: 5, ratePerSecond: 100 } : {}),
    },
  },
});
