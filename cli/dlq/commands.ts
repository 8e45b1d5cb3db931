import { FILTER_OPTIONS, type OptionName } from './options.ts';

export interface CommandSpec {
  readonly summary: string;
  /** What stands behind it that is no option; '' where nothing may. */
  readonly operands: '' | 'ID' | '[ID]' | '[ID…]';
  /** Beside those that every command has. */
  readonly options: readonly OptionName[];
  /** Command lines without `npx order-dlq`, and what they are for. */
  readonly examples: readonly (readonly [string, string])[];
  readonly notes?: string;
}

const LIST = ['json', 'csv'] as const;
const CHANGE = ['limit', 'rate', 'reason', 'dry-run', 'plan', 'yes', 'no-wait', 'json'] as const;
const SELECTION =
  'Says which by ids, or by options that must all hold; --state open alone means all open ones. --limit N takes the oldest N (10000).';
const WATCH =
  'It is watched until it has ended and nothing that it has sent is on its way, also where it was stopped or\ncancelled: at the latest until the last one is stale. Ctrl-C ends the watching, not the job; --no-wait does not watch.';
const ROWS =
  'A table has 100 rows at most unless --limit says otherwise; --json and --csv have all.';

const REINDEX = `It works as long as it is asked: nothing goes on by itself once it is interrupted, and what was mended stays mended.
Without --cursor it begins anew, which costs time alone. What it counts:
  read        dead letters whose last record in the topic was compared with the list
  opened      were missing in the list: open again
  resolved    had ended by the topic, not by the list: resolved, or purged
  erased      had ended by the list, not by the topic: the tombstone is written again
  renewed     were written by a version without groups: they have one now
  recounted   groups whose counts are exact now
  unreadable  records that nobody of ours wrote; the log of reindex-dead-letters names them
  left        dead letters and groups that kept changing: run it again in a quiet hour`;

const GROUP = '3f0c9a61d2b87e54';
const ID = '0b120c6d3f842d129dee1040628b9739';

export const COMMANDS = {
  info: {
    summary: 'whether the service runs, and what waits for a retry',
    operands: '',
    options: ['json'],
    examples: [['info', 'the first look']],
  },
  list: {
    summary:
      'dead letters, the newest first; without --state those that are open or being redriven',
    operands: '',
    options: [...FILTER_OPTIONS, 'limit', ...LIST],
    examples: [
      ['list --from 2h', 'what came in the last two hours'],
      [`list --group ${GROUP} --state open`, 'the open ones of one cause'],
      ['list --json --state discarded > discarded.jsonl', 'all of them, for a program'],
    ],
    notes: ROWS,
  },
  show: {
    summary: 'one dead letter: why, where from, what was done with it, its bytes',
    operands: 'ID',
    options: ['json'],
    examples: [
      [`show ${ID}`, ''],
      [`show ${ID} --json`, 'with the exact bytes, base64'],
    ],
  },
  groups: {
    summary: 'causes: dead letters whose failures are alike, the newest activity first',
    operands: '',
    options: ['limit', ...LIST],
    examples: [['groups', 'one cause, or many?']],
    notes: ROWS,
  },
  redrive: {
    summary: 'processes dead letters again, the normal way, and tells how each ended',
    operands: '[ID…]',
    options: [...FILTER_OPTIONS, 'canary', 'stop-at-failure-ratio', 'force', ...CHANGE],
    examples: [
      [`redrive --group ${GROUP} --dry-run`, 'what would be done'],
      [`redrive --group ${GROUP} --reason 'payment API is back'`, 'plans it, asks, does it'],
      [`redrive ${ID} --reason 'a try' --yes`, 'one, without asking'],
      ['redrive --state open --from 7d --rate 200 --canary 5 --reason fixed', ''],
    ],
    notes: `${SELECTION}\n${WATCH}`,
  },
  discard: {
    summary: 'sets dead letters aside that nobody will process again; restore brings them back',
    operands: '[ID…]',
    options: [...FILTER_OPTIONS, ...CHANGE],
    examples: [["discard --order-id ORDER-7 --reason 'a test order'", '']],
    notes: `${SELECTION}\n${WATCH}`,
  },
  restore: {
    summary: 'opens discarded dead letters again',
    operands: '[ID…]',
    options: [...FILTER_OPTIONS, ...CHANGE],
    examples: [[`restore ${ID} --reason 'it is needed after all'`, '']],
    notes: `${SELECTION}\n${WATCH}`,
  },
  purge: {
    summary: 'deletes discarded dead letters for good: their bytes are gone',
    operands: '[ID…]',
    options: [...FILTER_OPTIONS, ...CHANGE],
    examples: [["purge --state discarded --to 30d --reason 'kept long enough'", '']],
    notes: `${SELECTION}\n${WATCH}`,
  },
  status: {
    summary: 'how redrives, discards, restores and purges went, the newest first; or how one goes',
    operands: '[ID]',
    options: ['kind', 'watch', 'limit', ...LIST],
    examples: [
      ['status', 'the last ones'],
      ['status 6f1d0a5c --watch', 'one, until it and all that it has sent have ended'],
    ],
    notes: ROWS,
  },
  cancel: {
    summary: 'stops a job: what is sent ends its way, the rest stays as it was',
    operands: 'ID',
    options: ['yes', 'no-wait', 'json'],
    examples: [['cancel 6f1d0a5c', '']],
    notes: WATCH,
  },
  reindex: {
    summary: 'builds list and groups anew from the DLQ topic, and mends the topic where it differs',
    operands: '',
    options: ['cursor', 'yes', 'json'],
    examples: [['reindex --yes', 'harmless while orders come, and as often as you like']],
    notes: REINDEX,
  },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];
