/** An option of `order-dlq`, once for whatever commands have it. */
export interface Option {
  /** Name of its value in the help; absent: it takes none. */
  readonly value?: string;
  readonly help: string;
}

export const OPTIONS = {
  endpoint: {
    value: 'URL',
    help: 'address of the API; else ORDER_DLQ_ENDPOINT, else the local stack’s',
  },
  sign: { help: 'sign with AWS SigV4 from the first request on' },
  region: { value: 'REGION', help: 'sign for this region; else the address’s, else AWS_REGION' },
  json: { help: 'for programs: a JSON value a line, with every field' },
  csv: { help: 'for programs: CSV (RFC 4180) with a line of names' },
  help: { help: 'this text' },

  state: { value: 'STATE', help: 'open, redriving, resolved, discarded, purging or purged' },
  group: { value: 'GROUP', help: 'of this group (order-dlq groups)' },
  'reason-code': { value: 'CODE', help: 'why it is a dead letter, such as retries-exhausted' },
  'error-type': { value: 'CLASS', help: 'class of the error' },
  'order-id': { value: 'ID', help: 'of this order' },
  topic: { value: 'TOPIC', help: 'topic where the record first appeared' },
  partition: { value: 'N', help: 'its partition there' },
  'offset-from': { value: 'N', help: 'from this offset on' },
  'offset-to': { value: 'N', help: 'up to this offset, itself included' },
  from: {
    value: 'TIME',
    help: 'in the DLQ since: 2026-01-31, 2026-01-31T10:00:00Z, or 90m, 2h, 7d ago',
  },
  to: { value: 'TIME', help: 'in the DLQ before' },

  limit: { value: 'N', help: 'at most so many' },
  reason: {
    value: 'TEXT',
    help: 'why you do this: kept with each dead letter; asked for where it is missing',
  },
  rate: { value: 'N', help: 'dead letters a second, 1 to 1000 (50)' },
  canary: { value: 'N', help: 'so many first; the next, doubled, once these have ended (1)' },
  'stop-at-failure-ratio': {
    value: 'R',
    help: 'stop over this share of failed ones, 0 to 1 (0.2)',
  },
  force: { help: 'those too that were redriven too often' },
  'dry-run': { help: 'shows the plan, and ends' },
  plan: {
    value: 'ID',
    help: 'starts a plan made before (order-dlq … --dry-run): the same one twice is one job',
  },
  yes: { help: 'does not ask' },
  'no-wait': { help: 'starts it, and ends' },
  kind: { value: 'KIND', help: 'redrive, discard, restore or purge' },
  watch: { help: 'shows how it goes on until it has ended' },
  cursor: { value: 'CURSOR', help: 'goes on from here, as an interrupted one said' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** Options that say which dead letters. */
export const FILTER_OPTIONS = [
  'state',
  'group',
  'reason-code',
  'error-type',
  'order-id',
  'topic',
  'partition',
  'offset-from',
  'offset-to',
  'from',
  'to',
] as const satisfies readonly OptionName[];

/** Options that every command has. */
export const COMMON_OPTIONS = [
  'endpoint',
  'sign',
  'region',
  'help',
] as const satisfies readonly OptionName[];

/** What a plan is frozen with. */
export const SETTING_OPTIONS = [
  'limit',
  'rate',
  'canary',
  'stop-at-failure-ratio',
  'force',
] as const satisfies readonly OptionName[];
