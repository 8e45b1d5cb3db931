/** redrive, discard, restore and purge: a plan, a question, then what was planned. */
import type { JobKind } from '../../lib/model/job.ts';
import { UsageError } from '../command.ts';
import type { Invocation } from './arguments.ts';
import type { Command, Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Fields, needText, numberAt, textAt } from './fields.ts';
import { deadLetters, endText, exitCodeOf, planLines } from './job-text.ts';
import { jobsPath, readJob } from './jobs.ts';
import { FILTER_OPTIONS, SETTING_OPTIONS } from './options.ts';
import { formOf, jsonLine } from './print-list.ts';
import { askYes, mustBeAsked, reasonOf } from './questions.ts';
import { checkJobId, selectionOf, wholeNumber } from './selection.ts';
import { watchJob } from './watch.ts';

/** What a plan is made of, as the API's body has it. @throws UsageError */
export function planBody(invocation: Invocation, nowMs: number): object {
  const { texts, flags } = invocation;
  const settings = {
    ratePerSecond: wholeNumber(texts, 'rate', 1, 1_000),
    limit: wholeNumber(texts, 'limit', 1, 100_000),
    canary: wholeNumber(texts, 'canary', 1, 100_000),
    stopAtFailureRatio: ratioOf(texts['stop-at-failure-ratio']),
    force: flags.has('force') ? true : undefined,
  };
  return { dryRun: true, ...selectionOf(invocation, nowMs), ...settings };
}

/** The command of a kind of job. */
export const change =
  (kind: JobKind): Command =>
  async (invocation, context) => {
    const { texts, flags } = invocation;
    const isDry = flags.has('dry-run');
    const form = formOf(invocation);
    const body = texts.plan === undefined ? planBody(invocation, context.clock.nowMs()) : undefined;
    if (body === undefined) checkPlanAlone(invocation);
    if (!isDry) mustBeAsked(invocation, context.terminal);
    const plan = await planOf(kind, body ?? texts.plan ?? '', context);
    if (isDry && form === 'json') await context.terminal.write(jsonLine(plan));
    else await showPlan(plan, form === 'json', context);
    if (numberAt(plan, 'planned') === 0) return nothing(kind, context);
    if (isDry) return dry(kind, plan, context);
    const planId = texts.plan ?? needText(plan, 'planId', 'The plan');
    const reason = await reasonOf(invocation, context);
    const count = deadLetters(numberAt(plan, 'planned'));
    const loss = kind === 'purge' ? ' Their bytes are gone then, for good.' : '';
    if (!(await askYes(`${kind} ${count}?${loss}`, invocation, context))) return EXIT.declined;
    return start({ kind, planId, reason }, invocation, context);
  };

/** A new plan, or the one that was made before. */
async function planOf(kind: JobKind, made: object | string, { api }: Context): Promise<Fields> {
  if (typeof made !== 'string') return api('POST', jobsPath(kind), { body: made });
  const job = await readJob(api, kind, checkJobId(made));
  return { ...job, planId: made };
}

async function start(
  { kind, planId, reason }: { kind: JobKind; planId: string; reason: string },
  invocation: Invocation,
  context: Context,
): Promise<ExitCode> {
  const { api, terminal, signal } = context;
  const isJson = formOf(invocation) === 'json';
  const follow = `npx order-dlq status ${planId} --watch`;
  try {
    const started = await api('POST', jobsPath(kind), { body: { dryRun: false, planId, reason } });
    const id = needText(started, 'id', 'The answer');
    if (invocation.flags.has('no-wait')) {
      if (isJson) await terminal.write(jsonLine(started));
      else
        await terminal.write(
          `${kind} ${id} is ${textAt(started, 'state') || 'started'}: ${follow}\n`,
        );
      return EXIT.done;
    }
    const job = await watchJob(kind, id, context);
    await terminal.write(isJson ? jsonLine(job) : `${endText(job)}\n`);
    return exitCodeOf(job);
  } catch (error) {
    if (signal.aborted) {
      terminal.tell(
        `The ${kind} goes on without being watched.\n  look at it:  ${follow}\n  stop it:     npx order-dlq cancel ${planId}`,
      );
    }
    throw error;
  }
}

async function showPlan(plan: Fields, isAside: boolean, { terminal }: Context): Promise<void> {
  const text = planLines(plan, terminal.columns).join('\n');
  if (isAside) terminal.tell(text);
  else await terminal.write(`${text}\n`);
}

function nothing(kind: JobKind, { terminal }: Context): ExitCode {
  terminal.tell(`There is nothing to ${kind}.`);
  return EXIT.nothing;
}

function dry(kind: JobKind, plan: Fields, { terminal }: Context): ExitCode {
  terminal.tell(
    `Nothing was changed. To do it: npx order-dlq ${kind} --plan ${textAt(plan, 'planId')} --reason TEXT`,
  );
  return EXIT.done;
}

function checkPlanAlone({ texts, flags, operands }: Invocation): void {
  const [other] = [...FILTER_OPTIONS, ...SETTING_OPTIONS].filter(
    (name) => texts[name] !== undefined || flags.has(name),
  );
  if (other !== undefined || operands.length > 0) {
    throw new UsageError(
      `A plan is frozen: leave out ${other === undefined ? 'the ids' : `--${other}`}`,
    );
  }
  if (flags.has('dry-run')) throw new UsageError('--plan starts a plan: leave out --dry-run');
}

function ratioOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ratio = /^(?:[01]|0?\.\d{1,6})$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new UsageError(
    `--stop-at-failure-ratio is "${text}": write a share from 0 to 1, such as 0.2`,
  );
}
