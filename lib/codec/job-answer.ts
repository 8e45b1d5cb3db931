import * as z from 'zod/mini';
import { DEAD_LETTER_STATES } from '../model/dead-letter.ts';
import { REASONS } from '../model/failure.ts';
import { JOB_KINDS, JOB_STATES, SKIP_REASONS, type SkipReason } from '../model/job.ts';
import { count, described, instant, orNull, text } from './api-schema.ts';

const SKIP_MEANINGS: Readonly<Record<SkipReason, string>> = {
  'not-found': 'No dead letter has this id.',
  'wrong-state': 'It is in a state that this cannot be done in.',
  redriving: 'It is being redriven.',
  'redriven-too-often': 'It was redriven `DLQ_MAX_REDRIVES` times; `force` takes it all the same.',
  'bytes-missing': 'Its exact bytes are gone or were never stored.',
  'too-large': 'With what a redrive adds it would be too large for its topic.',
  'over-limit': 'It is over `limit`, behind the oldest ones.',
};

const skipped = described(
  z.strictObject(
    Object.fromEntries(
      SKIP_REASONS.map((reason) => [reason, z.optional(count(SKIP_MEANINGS[reason]))]),
    ) as Record<SkipReason, z.ZodMiniOptional<ReturnType<typeof count>>>,
  ),
  'What is left alone, counted by why.',
);

const jobId = text('Id of the job, and of its plan.');
const kind = described(z.enum(JOB_KINDS), 'What is done.');
const planned = count('How many dead letters it is about: the frozen list, exactly.');
const state = described(
  z.enum(JOB_STATES),
  '`stopped`: by itself, for too many failed again. `cancelling`: called off, its last ones are being put back. Of one that is `stopped` or `cancelled`, what it has sent is counted on until `pending` is 0.',
);

const groups = described(
  z.array(
    z.strictObject({
      group: text('The group.'),
      title: text('What went wrong there.'),
      count: count('How many of these are of it.'),
    }),
  ),
  'The frozen list by group, the largest first; 50 at most.',
);

const settings = described(
  z.strictObject({
    ratePerSecond: count('How many a second, at most.'),
    canary: z.optional(count('How many go first.')),
    stopAtFailureRatio: z.optional(
      described(z.number(), 'Over this share of failed and stale ones it stops.'),
    ),
    limit: count('How many in all.'),
    force: described(z.boolean(), 'Whether those redriven too often are in it.'),
  }),
  'As asked for, or as they are by themselves.',
);

const selection = described(
  z.strictObject({
    ids: z.optional(described(z.array(z.string()), 'These dead letters.')),
    filter: z.optional(
      described(
        z.strictObject({
          state: z.optional(z.enum(DEAD_LETTER_STATES)),
          group: z.optional(z.string()),
          reason: z.optional(z.enum(REASONS)),
          errorType: z.optional(z.string()),
          orderId: z.optional(z.string()),
          originalTopic: z.optional(z.string()),
          originalPartition: z.optional(z.int()),
          originalOffsetFrom: z.optional(z.int()),
          originalOffsetTo: z.optional(z.int()),
          from: z.optional(instant('Arrived at or after.')),
          to: z.optional(instant('Arrived before.')),
        }),
        'Those that matched it when it was frozen.',
      ),
    ),
  }),
  'What was asked for: `ids`, or a `filter`.',
);

export const job = z.strictObject({
  id: jobId,
  kind,
  state,
  by: text('Who started it (or planned it): an IAM principal, the subject of a JWT, or `local`.'),
  reason: orNull(z.string(), 'Why; null while it is only planned.'),
  selection,
  settings,
  planned,
  groups,
  sent: count('Dealt with so far; of a redrive: published, and acknowledged.'),
  resolved: count('Of a redrive: processed. Of the others: done.'),
  failedAgain: count('Of a redrive: failed for good again.'),
  stale: count('Of a redrive: without an outcome in time; they can be redriven again.'),
  pending: count('Sent, and neither ended nor stale yet, whether the job has ended or not.'),
  skipped,
  ratePerSecond: orNull(
    z.number(),
    'As measured: while it sends, since it last waited; else from the start on. null before the first.',
  ),
  secondsLeft: orNull(z.int(), 'Until the last one is sent, at that rate; null where unknown.'),
  createdAt: instant('When it was planned.'),
  startedAt: orNull(z.string(), 'When it was started; null: not yet.'),
  endedAt: orNull(z.string(), 'When it ended; null: not yet.'),
  cancelledBy: orNull(z.string(), 'Who called it off; null: nobody.'),
});

/** A dry run: the plan. */
export const planAnswer = z.strictObject({
  success: z.literal(true),
  planId: text('Give it as `planId`, with `dryRun` false, to start this very plan.'),
  kind,
  planned,
  groups,
  skipped,
  estimatedSeconds: count('How long it takes at least.'),
  settings,
  expiresAt: instant('Until when it can be started.'),
});

/** A start. */
export const startAnswer = z.strictObject({
  success: z.literal(true),
  id: jobId,
  kind,
  state,
  planned,
  skipped,
});

/** One job: its progress. */
export const jobAnswer = z.strictObject({ success: z.literal(true), job });

export const jobsAnswer = z.strictObject({
  success: z.literal(true),
  jobs: described(z.array(job), 'Those that were started, the newest first.'),
  nextCursor: orNull(z.string(), 'Give it as `cursor` to read on; null on the last page.'),
});

export type JobJson = z.infer<typeof job>;
export type PlanAnswer = z.infer<typeof planAnswer>;
export type StartAnswer = z.infer<typeof startAnswer>;
