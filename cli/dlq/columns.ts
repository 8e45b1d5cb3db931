import { type Fields, fieldsAt, numberAt, textAt } from './fields.ts';
import type { Column } from './table.ts';
import { timeText } from './times.ts';

const text = (
  header: string,
  name: string,
  rest: Partial<Column<Fields>> = {},
): Column<Fields> => ({
  header,
  of: (row) => textAt(row, name),
  ...rest,
});
const time = (header: string, name: string, drop: number): Column<Fields> => ({
  header,
  of: (row) => timeText(textAt(row, name)),
  drop,
});

/** An error in a line. Pure, total. @param type name of the field that has its class */
export function errorText(fields: Fields, type: string, message: string): string {
  return `${textAt(fields, type)}: ${textAt(fields, message)}`;
}

const error = (comfort: number): Column<Fields> => ({
  header: 'ERROR',
  of: (row) => errorText(row, 'errorType', 'errorMessage'),
  min: 16,
  comfort,
});

/** A state, with what is to be known at once. Pure, total. */
export function stateText(message: Fields): string {
  const marks = [
    message['stale'] === true ? 'stale' : '',
    message['bytesMissing'] === true ? 'no bytes' : '',
  ].filter((mark) => mark !== '');
  return `${textAt(message, 'state')}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
}

export const MESSAGE_COLUMNS: readonly Column<Fields>[] = [
  text('ID', 'id'),
  { header: 'STATE', of: stateText, min: 9 },
  text('ORDER', 'orderId', { min: 10 }),
  error(36),
  text('GROUP', 'group', { drop: 2 }),
  time('ARRIVED', 'arrivedAt', 1),
  text('REASON', 'reason', { drop: 3 }),
  text('REDRIVEN', 'redriveCount', { right: true, drop: 4 }),
  {
    header: 'FROM',
    of: (row) =>
      `${textAt(row, 'originalTopic')}/${textAt(row, 'originalPartition')}@${textAt(row, 'originalOffset')}`,
    min: 12,
    drop: 5,
  },
];

const count = (state: string, drop?: number): Column<Fields> => ({
  header: state.toUpperCase(),
  of: (row) => String(numberAt(fieldsAt(row, 'counts'), state)),
  right: true,
  ...(drop === undefined ? {} : { drop }),
});

export const GROUP_COLUMNS: readonly Column<Fields>[] = [
  text('GROUP', 'group'),
  count('open'),
  count('redriving', 3),
  count('resolved', 4),
  count('discarded', 5),
  count('purging', 7),
  count('purged', 6),
  time('LAST SEEN', 'lastSeenAt', 1),
  time('FIRST SEEN', 'firstSeenAt', 2),
  text('TITLE', 'title', { min: 16, comfort: 40 }),
  text('EXAMPLE', 'example', { drop: 8 }),
];

export const JOB_COLUMNS: readonly Column<Fields>[] = [
  text('ID', 'id'),
  text('KIND', 'kind'),
  text('STATE', 'state'),
  text('PLANNED', 'planned', { right: true }),
  text('RESOLVED', 'resolved', { right: true }),
  text('FAILED AGAIN', 'failedAgain', { right: true, drop: 3 }),
  text('STALE', 'stale', { right: true, drop: 5 }),
  {
    header: 'SKIPPED',
    of: (row) => String(total(fieldsAt(row, 'skipped'))),
    right: true,
    drop: 4,
  },
  time('CREATED', 'createdAt', 1),
  text('BY', 'by', { min: 8, drop: 6 }),
  text('REASON', 'reason', { min: 10, drop: 2 }),
];

export const WAITING_COLUMNS: readonly Column<Fields>[] = [
  text('ORDER', 'orderId', { min: 10 }),
  text('ATTEMPT', 'attempt', { right: true }),
  time('DUE', 'dueAt', 1),
  error(40),
  text('TOPIC', 'topic', { min: 12, drop: 2 }),
];

export const HISTORY_COLUMNS: readonly Column<Fields>[] = [
  time('AT', 'at', 2),
  text('WHAT', 'what'),
  { header: 'STATE', of: (row) => `${textAt(row, 'from') || '–'} → ${textAt(row, 'to')}` },
  text('BY', 'by', { min: 8, drop: 1 }),
  {
    header: 'WHY',
    of: (row) => {
      const failure = fieldsAt(row, 'error');
      return (
        textAt(row, 'reason') || (textAt(failure, 'type') && errorText(failure, 'type', 'message'))
      );
    },
    min: 12,
  },
  text('JOB', 'jobId', { drop: 3 }),
];

/** How many that is in all. Pure, total. */
export function total(counts: Fields): number {
  return Object.keys(counts).reduce((sum, name) => sum + numberAt(counts, name), 0);
}

/** "redriving 3, over-limit 1": the most first; '' where there are none. Pure, total. */
export function countsText(counts: Fields): string {
  return Object.keys(counts)
    .map((name) => [name, numberAt(counts, name)] as const)
    .filter(([, number]) => number > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}
