import type { JobKind } from '../../lib/model/job.ts';
import { LocalError } from '../../localstack/local-error.ts';
import { ApiError } from './api.ts';
import type { Context } from './context.ts';
import { type Fields, textAt } from './fields.ts';
import { isCounted, progressLine } from './job-text.ts';
import { readJob } from './jobs.ts';

const LOOK_EVERY_MS = 1_000;
/** Piped, a line at most so often, unless the state changes. */
const LINE_EVERY_MS = 10_000;
/** The job goes on whether the API answers or not: look for so long before giving up. */
const SILENCE_MS_MAX = 120_000;

/**
 * Shows how a job goes on until it has ended, and all that it has sent as well.
 * @returns the job as it is then
 * @throws as `Api`; the signal's reason where somebody had enough of watching: the job goes on
 */
export async function watchJob(kind: JobKind, id: string, context: Context): Promise<Fields> {
  const { terminal, clock, signal } = context;
  let toldMs = Number.NEGATIVE_INFINITY;
  let toldState = '';
  let heardMs = clock.nowMs();
  try {
    for (;;) {
      const job = await lookAt(kind, id, context);
      const nowMs = clock.nowMs();
      if (job instanceof Error) {
        if (nowMs - heardMs > SILENCE_MS_MAX) throw job;
        terminal.draw('no answer, looking again …');
      } else {
        heardMs = nowMs;
        if (isCounted(job)) return job;
        const state = textAt(job, 'state');
        if (terminal.isLive) terminal.draw(progressLine(job, true));
        else if (state !== toldState || nowMs - toldMs >= LINE_EVERY_MS) {
          terminal.tell(progressLine(job, false));
          toldMs = nowMs;
          toldState = state;
        }
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
  } finally {
    terminal.draw('');
  }
}

/** An answer of 5xx, or none, is no end of the job. */
async function lookAt(kind: JobKind, id: string, { api }: Context): Promise<Fields | Error> {
  try {
    return await readJob(api, kind, id);
  } catch (error) {
    if (error instanceof LocalError) return error;
    if (error instanceof ApiError && error.status >= 500) return error;
    throw error;
  }
}
