/** status and cancel. */
import { JOB_KINDS } from '../../lib/model/job.ts';
import { UsageError } from '../command.ts';
import { JOB_COLUMNS } from './columns.ts';
import type { Command } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { fieldsAt, textAt } from './fields.ts';
import { endText, exitCodeOf, hasEnded, isCounted, jobLines, progressLine } from './job-text.ts';
import { findJob, jobPath, jobsPath } from './jobs.ts';
import { merged } from './merged-pages.ts';
import { pagesOf } from './pages.ts';
import { formOf, jsonLine, printList, rowsMaxOf } from './print-list.ts';
import { askYes, mustBeAsked } from './questions.ts';
import { checkJobId, oneOf } from './selection.ts';
import { watchJob } from './watch.ts';

export const status: Command = async (invocation, context) => {
  const { operands, texts, flags } = invocation;
  const kind = oneOf(texts, 'kind', JOB_KINDS);
  const kinds = kind === undefined ? JOB_KINDS : [kind];
  const form = formOf(invocation);
  const [id] = operands;
  if (id === undefined) {
    if (flags.has('watch')) throw new UsageError('--watch needs the id of a job');
    const limit = rowsMaxOf(invocation);
    const lists = kinds.map((one) =>
      pagesOf(context.api, { path: jobsPath(one), rows: 'jobs', query: {}, limit }),
    );
    const pages = merged(lists, (job) => textAt(job, 'createdAt'), limit);
    await printList(pages, { form, columns: JOB_COLUMNS, none: 'Nothing was done yet.' }, context);
    return EXIT.done;
  }
  if (form === 'csv') throw new UsageError('--csv is for lists: of one job, take --json');
  const found = await findJob(context.api, checkJobId(id), kinds);
  const job =
    flags.has('watch') && !isCounted(found.job)
      ? await watchJob(found.kind, id, context)
      : found.job;
  const { terminal } = context;
  await terminal.write(
    form === 'json' ? jsonLine(job) : `${jobLines(job, terminal.columns).join('\n')}\n`,
  );
  return hasEnded(job) ? exitCodeOf(job) : EXIT.done;
};

export const cancel: Command = async (invocation, context) => {
  mustBeAsked(invocation, context.terminal, false);
  const id = checkJobId(invocation.operands[0] ?? '');
  const isJson = formOf(invocation) === 'json';
  const { kind, job } = await findJob(context.api, id);
  if (hasEnded(job)) context.terminal.tell(endText(job));
  else context.terminal.tell(`${kind} ${id}: ${progressLine(job, false)}`);
  if (!(await askYes(`Cancel ${kind} ${id}?`, invocation, context))) return EXIT.declined;
  const answer = await context.api('POST', `${jobPath(kind, id)}/cancel`);
  const { terminal } = context;
  if (invocation.flags.has('no-wait')) {
    const text = `${kind} ${id} is being cancelled: npx order-dlq status ${id}\n`;
    await terminal.write(isJson ? jsonLine(fieldsAt(answer, 'job')) : text);
    return EXIT.done;
  }
  const ended = await watchJob(kind, id, context);
  await terminal.write(isJson ? jsonLine(ended) : `${endText(ended)}\n`);
  return textAt(ended, 'state') === 'cancelled' ? EXIT.done : EXIT.notAll;
};
