import { ApiError } from './api.ts';
import type { Command } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { numberAt, textAt } from './fields.ts';
import { formOf, jsonLine } from './print-list.ts';
import { askYes, mustBeAsked } from './questions.ts';

const COUNTS = [
  'read',
  'opened',
  'resolved',
  'erased',
  'renewed',
  'recounted',
  'unreadable',
  'left',
] as const;
type Count = (typeof COUNTS)[number];
const LINE_EVERY_MS = 10_000;

/** A longer cursor is written on a line of its own: it is to be copied, not read. */
const CURSOR_SHOWN_MAX = 200;

/** Asks the API for slice after slice until there is no more. Interrupted, it says what is done and where to go on. */
export const reindex: Command = async (invocation, context) => {
  const { api, terminal, clock, signal } = context;
  mustBeAsked(invocation, terminal, false);
  const isJson = formOf(invocation) === 'json';
  const question = 'Read the whole DLQ topic, and mend list, groups and topic where they differ?';
  if (!(await askYes(question, invocation, context))) return EXIT.declined;
  const done = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>;
  const line = () => COUNTS.map((name) => `${name} ${done[name]}`).join('  ');
  let cursor = invocation.texts.cursor ?? '';
  let toldMs = clock.nowMs();
  try {
    do {
      const body = cursor === '' ? {} : { cursor };
      const answer = await api('POST', '/api/dlq/reindex', { body });
      for (const name of COUNTS) done[name] += numberAt(answer, name);
      cursor = textAt(answer, 'cursor');
      terminal.draw(line());
      if (!terminal.isLive && clock.nowMs() - toldMs >= LINE_EVERY_MS) {
        terminal.tell(line());
        toldMs = clock.nowMs();
      }
    } while (cursor !== '');
  } catch (error) {
    terminal.draw('');
    const why = signal.aborted ? '' : ', for the API failed';
    const command = 'npx order-dlq reindex';
    if (error instanceof ApiError && error.code === 'CURSOR_INVALID') cursor = '';
    terminal.tell(`Not finished${why}. So far: ${line()}`);
    if (cursor === '') terminal.tell(`${command} begins again.`);
    else if (cursor.length <= CURSOR_SHOWN_MAX)
      terminal.tell(`${command} --cursor ${cursor} goes on.`);
    else
      terminal.tell(
        `${command} begins anew, which does no harm. To go on from here:\n${command} --cursor ${cursor}`,
      );
    throw error;
  }
  terminal.draw('');
  await terminal.write(isJson ? jsonLine(done) : `Done: ${line()}\n`);
  if (done.left === 0) return EXIT.done;
  terminal.tell(`${done.left} kept changing meanwhile and are left as they were: run it again.`);
  return EXIT.notAll;
};
