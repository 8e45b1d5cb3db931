import { NO_PROGRESS } from '../../lib/decide/job-plan.ts';
import type { Job } from '../../lib/model/job.ts';

/** A plan of a redrive of three; override what the test is about. */
export function plannedJob(over: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    kind: 'redrive',
    revision: 1,
    state: 'planned',
    selection: { kind: 'filter', filter: { group: '0123456789abcdef' } },
    settings: {
      ratePerSecond: 50,
      canary: 1,
      stopAtFailureRatio: 0.2,
      limit: 10_000,
      force: false,
    },
    reason: null,
    by: 'local',
    planned: 3,
    groups: [{ group: '0123456789abcdef', title: 'ValueError: …', count: 3 }],
    skippedByPlan: { 'bytes-missing': 1 },
    createdAtMs: 1_767_225_610_000,
    startedAtMs: null,
    endedAtMs: null,
    cancelledBy: null,
    expiresAtMs: 1_767_312_010_001,
    progress: NO_PROGRESS,
    ...over,
  };
}

/** The plan once it was started. */
export function startedJob(over: Partial<Job> = {}): Job {
  const { createdAtMs } = plannedJob(over);
  return plannedJob({
    revision: 2,
    state: 'running',
    reason: 'the cause is mended',
    startedAtMs: createdAtMs + 1_000,
    ...over,
  });
}
