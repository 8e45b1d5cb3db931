import { countsText, total } from './columns.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Fields, fieldsAt, listAt, numberAt, textAt } from './fields.ts';
import { tableLines } from './table.ts';
import { durationText, timeText } from './times.ts';

const BAR_COLUMNS = 24;
const PAST: Readonly<Record<string, string>> = {
  redrive: 'resolved',
  discard: 'discarded',
  restore: 'opened again',
  purge: 'purged',
};

/** Whether nothing more will be done for it. Pure, total. */
export function hasEnded(job: Fields): boolean {
  return ['done', 'stopped', 'cancelled'].includes(textAt(job, 'state'));
}

/** Whether it has ended, and all that it has sent as well: nothing of it will change. Pure, total. */
export function isCounted(job: Fields): boolean {
  return hasEnded(job) && numberAt(job, 'pending') === 0;
}

/** How a job ended, for scripts. Pure, total. @param job one that has ended */
export function exitCodeOf(job: Fields): ExitCode {
  const isWhole = numberAt(job, 'failedAgain') === 0 && numberAt(job, 'stale') === 0;
  return textAt(job, 'state') === 'done' && isWhole ? EXIT.done : EXIT.notAll;
}

/** What a plan would do: how many, of which groups, what it leaves alone and why, how long it takes. Pure, total. */
export function planLines(plan: Fields, width: number | undefined): string[] {
  const kind = textAt(plan, 'kind');
  const skipped = fieldsAt(plan, 'skipped');
  const settings = fieldsAt(plan, 'settings');
  const groups = listAt(plan, 'groups');
  const seconds = plan['estimatedSeconds'];
  const pace =
    kind === 'redrive'
      ? `, ${textAt(settings, 'canary')} first, stops over ${numberAt(settings, 'stopAtFailureRatio') * 100} % failed`
      : '';
  return [
    `Plan ${textAt(plan, 'planId')}: ${kind} ${deadLetters(numberAt(plan, 'planned'))}`,
    ...(total(skipped) === 0 ? [] : [`  left alone  ${countsText(skipped)}`]),
    `  takes       ${typeof seconds === 'number' ? `about ${durationText(seconds)}, ` : ''}${textAt(settings, 'ratePerSecond')} a second${pace}`,
    ...(groups.length === 0 ? [] : ['', ...tableLines(PLAN_GROUP_COLUMNS, groups, width)]),
  ];
}

const PLAN_GROUP_COLUMNS = [
  { header: 'GROUP', of: (row: Fields) => textAt(row, 'group') },
  { header: 'COUNT', of: (row: Fields) => textAt(row, 'count'), right: true },
  { header: 'TITLE', of: (row: Fields) => textAt(row, 'title'), min: 16 },
];

/** One line: how far it is. Pure, total. @param isBar with a bar in front, for a line that is drawn again and again */
export function progressLine(job: Fields, isBar: boolean): string {
  const planned = numberAt(job, 'planned');
  const ended = numberAt(job, 'resolved') + numberAt(job, 'failedAgain') + numberAt(job, 'stale');
  const isRedrive = textAt(job, 'kind') === 'redrive';
  const rate = job['ratePerSecond'];
  const left = job['secondsLeft'];
  const parts = [
    isBar ? bar(planned === 0 ? 0 : (ended + total(fieldsAt(job, 'skipped'))) / planned) : '',
    textAt(job, 'state'),
    isRedrive ? `${numberAt(job, 'sent')}/${planned} sent` : '',
    isRedrive
      ? `${numberAt(job, 'resolved')} resolved`
      : `${numberAt(job, 'resolved')}/${planned} ${PAST[textAt(job, 'kind')] ?? 'done'}`,
    ...[
      ['failedAgain', 'failed again'],
      ['stale', 'stale'],
    ].map(([name = '', label]) =>
      numberAt(job, name) > 0 ? `${numberAt(job, name)} ${label}` : '',
    ),
    hasEnded(job) ? onTheirWay(job) : '',
    typeof rate === 'number' ? `${rate.toFixed(1)}/s` : '',
    typeof left === 'number' && !hasEnded(job) ? `${durationText(left)} left` : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Of a job that has ended, those that have not. */
function onTheirWay(job: Fields): string {
  const pending = numberAt(job, 'pending');
  return pending === 0 ? '' : `${pending} still on their way`;
}

/** @param share clamped to 0 … 1 */
function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_COLUMNS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)}`;
}

/** A job as people read it, ended or not. Pure, total. */
export function jobLines(job: Fields, width: number | undefined): string[] {
  const at = (name: string) => textAt(job, name);
  const isRedrive = at('kind') === 'redrive';
  const rows: readonly (readonly [string, string])[] = [
    [
      'state',
      `${at('state')}${at('cancelledBy') === '' ? '' : `, called off by ${at('cancelledBy')}`}`,
    ],
    ['why', at('reason')],
    ['by', at('by')],
    ['planned', at('planned')],
    ['sent', isRedrive ? at('sent') : ''],
    [PAST[at('kind')] ?? 'done', at('resolved')],
    ['failed again', isRedrive ? at('failedAgain') : ''],
    ['stale', isRedrive ? at('stale') : ''],
    ['on their way', numberAt(job, 'pending') > 0 ? at('pending') : ''],
    ['left alone', countsText(fieldsAt(job, 'skipped'))],
    ['created', timeText(at('createdAt'))],
    ['started', timeText(at('startedAt'))],
    ['ended', timeText(at('endedAt'))],
    ['time left', typeof job['secondsLeft'] === 'number' ? durationText(job['secondsLeft']) : ''],
  ];
  const groups = listAt(job, 'groups');
  return [
    `${at('kind')} ${at('id')}`,
    ...rows.filter(([, text]) => text !== '').map(([name, text]) => `  ${name.padEnd(14)}${text}`),
    ...(groups.length === 0 ? [] : ['', ...tableLines(PLAN_GROUP_COLUMNS, groups, width)]),
  ];
}

/** One line: how it ended, and what to do where that is not as it should be. Pure, total. */
export function endText(job: Fields): string {
  const name = `${textAt(job, 'kind')} ${textAt(job, 'id')}`;
  const skipped = countsText(fieldsAt(job, 'skipped'));
  const done = `${numberAt(job, 'resolved')} of ${numberAt(job, 'planned')} ${PAST[textAt(job, 'kind')] ?? 'done'}`;
  const others = [
    numberAt(job, 'failedAgain') > 0 ? `${numberAt(job, 'failedAgain')} failed again` : '',
    numberAt(job, 'stale') > 0 ? `${numberAt(job, 'stale')} without outcome` : '',
    onTheirWay(job),
    skipped === '' ? '' : `left alone: ${skipped}`,
  ].filter((text) => text !== '');
  const counts = [done, ...others].join(', ');
  if (textAt(job, 'state') === 'stopped') {
    return `${name} stopped by itself, for too many failed again: ${counts}. The cause is still there; the rest stays open.`;
  }
  if (textAt(job, 'state') === 'cancelled') {
    return `${name} was cancelled: ${counts}. The rest stays as it was.`;
  }
  return `${name} is done: ${counts}.`;
}

/** "1 dead letter", "2 dead letters". Pure, total. */
export function deadLetters(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`;
}
