import { changeLine } from '../decide/change-line.ts';
import { pendingOf } from '../decide/job-count.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { Job, JobKind } from '../model/job.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Log, LogFields } from '../ports/log.ts';

/** What people read about a job, and about each dead letter that it changes. */
export interface JobJournal {
  started(): void;
  calledOff(by: string): void;
  /** One dead letter: what it was, and what it is now. */
  changed(before: DeadLetterItem, after: DeadLetterItem): void;
  /** Its frozen list cannot be read any more: it ends. */
  listGone(): void;
  /** done, stopped or cancelled; said once, with the counts of that moment. */
  ended(job: Job): void;
}

const NOUNS: Readonly<Record<JobKind, string>> = {
  redrive: 'Redrive',
  discard: 'Discard',
  restore: 'Restore',
  purge: 'Purge',
};

/** What people read about a slice that cannot go on. */
export interface SliceJournal {
  /** Something does not answer; it is tried again until the slice's deadline. */
  heldUp(error: Error): void;
  /** The slice's time is over before that; the job's record, which lies there, comes again. */
  unsettled(error: unknown): void;
}

/** Nothing of it throws. */
export function createJobJournal(job: Job, log: Log): JobJournal {
  const { id, kind, by, reason } = job;
  const name = `${NOUNS[kind]} ${id}`;
  const fields: LogFields = { jobId: id, jobKind: kind, by, reason };
  return {
    started() {
      const { planned, settings } = job;
      const text = `${name} is started: ${planned} dead letters, ${settings.ratePerSecond} a second`;
      log.info(text, { ...fields, planned });
    },
    calledOff(who) {
      log.info(`${name} is called off`, { ...fields, by: who });
    },
    changed(before, after) {
      const line = changeLine(before, after);
      // Claims are taken back for whoever called the job off, who need not be who started it.
      log.info(line.text, { ...fields, ...line.fields });
    },
    listGone() {
      log.error(`${name} ends: its list of dead letters is gone`, fields);
    },
    ended({ state, progress, cancelledBy }) {
      const { sent, resolved, failedAgain, stale } = progress;
      const counts = { sent, resolved, failedAgain, stale, pending: pendingOf({ progress }) };
      if (state === 'stopped') {
        const text = `${name} has stopped by itself: too many failed again`;
        log.warn(text, { ...fields, ...counts });
        return;
      }
      const who = state === 'cancelled' ? (cancelledBy ?? by) : by;
      log.info(`${name} is ${state}`, { ...fields, ...counts, by: who });
    },
  };
}

/** Nothing of it throws; `heldUp` says its text once, however often it is called. */
export function createSliceJournal(jobId: string, log: Log): SliceJournal {
  let said = false;
  return {
    heldUp(error) {
      if (said) return;
      said = true;
      const text = `Job ${jobId} is held up: a topic or a table does not answer. It is tried again.`;
      log.error(text, { jobId, cause: error.message });
    },
    unsettled(error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const text = `Job ${jobId} is not settled: its record stays uncommitted and comes again`;
      log.error(text, { jobId, cause: cause instanceof Error ? cause.message : String(cause) });
    },
  };
}

/** A record of the jobs topic that nobody can work: it is settled, for it would come again for ever. Nothing is thrown. */
export function sayForeignRecord(
  { topic, partition, offset }: TopicPartitionOffset,
  unreadable: string,
  log: Log,
): void {
  const text = 'A record of the jobs topic is none of this service: it is left alone';
  log.error(text, { topic, partition, offset, cause: unreadable });
}
