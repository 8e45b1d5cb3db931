import * as z from 'zod/mini';
import { filterFault, withOriginTopic } from '../decide/filter-fault.ts';
import type { JobKind, JobSelection, JobSettings } from '../model/job.ts';
import { described } from './api-schema.ts';
import { filterFields, groupId, toFilter, type FilterInput } from './filter-fields.ts';

export const JOB_IDS_MAX = 1000;
export const JOB_REASON_CHARS_MAX = 500;

/** What counts where a request does not say it. */
export const JOB_SETTINGS_DEFAULT: JobSettings = {
  ratePerSecond: 50,
  canary: 1,
  stopAtFailureRatio: 0.2,
  limit: 10_000,
  force: false,
};

const REASON_REMEDY = `write why, 1 to ${JOB_REASON_CHARS_MAX} characters`;
const ID_REMEDY = 'write the id of a dead letter as /api/dlq/messages shows it, 32 of 0-9, a-f';
const IDS_REMEDY = `write a list of 1 to ${JOB_IDS_MAX} ids of dead letters`;
const JOB_REMEDY = 'write the id that the plan or the start answered with';
const BOOLEAN_REMEDY = 'write true or false';
const FILTER_REMEDY = 'write an object with the fields that the list is filtered by';
const RATIO_REMEDY = 'write a number from 0 to 1';

const whole = (min: number, max: number) => {
  const remedy = `write a whole number from ${min} to ${max}`;
  return z.int(remedy).check(z.minimum(min, remedy), z.maximum(max, remedy));
};

const setting = <T extends z.ZodMiniType>(schema: T, name: keyof JobSettings, meaning: string) =>
  described(z.optional(schema), meaning, { default: JOB_SETTINGS_DEFAULT[name] });

const jobId = z.string(JOB_REMEDY).check(z.regex(/^[0-9a-zA-Z-]{1,64}$/, JOB_REMEDY));

/** `/api/dlq/redrives/{id}`, `…/{id}/cancel`: the path. */
export const jobPath = z.strictObject({ id: described(jobId, 'Id of the job, or of its plan.') });

/** Settings of every kind of job, and those of redrives alone. */
const settings = {
  ratePerSecond: setting(whole(1, 1000), 'ratePerSecond', 'How many a second, at most.'),
  limit: setting(
    whole(1, 100_000),
    'limit',
    'How many in all; the oldest ones, the rest is skipped.',
  ),
  force: setting(
    z.boolean(BOOLEAN_REMEDY),
    'force',
    'Redrive those as well that were redriven `DLQ_MAX_REDRIVES` times already.',
  ),
};
const redriveSettings = {
  canary: setting(
    whole(1, 100_000),
    'canary',
    'That many first. The next, doubled, once all of these have ended well enough.',
  ),
  stopAtFailureRatio: setting(
    z.number(RATIO_REMEDY).check(z.minimum(0, RATIO_REMEDY), z.maximum(1, RATIO_REMEDY)),
    'stopAtFailureRatio',
    'Stop where more than this share of what has ended failed again or has no outcome in time. A canary of 1 must end resolved.',
  ),
};

const common = <T extends z.ZodMiniType<string, string>>(orderId: T) => ({
  dryRun: described(
    z.optional(z.boolean(BOOLEAN_REMEDY)),
    'true: plan only, which changes nothing. false: start.',
    { default: true },
  ),
  planId: described(
    z.optional(jobId),
    'Start this plan, as it is. Starting it twice is one job. One of `planId`, `ids`, `group` and `filter` must be there.',
  ),
  ids: described(
    z.optional(
      z
        .array(z.string(ID_REMEDY).check(z.regex(/^[0-9a-f]{32}$/, ID_REMEDY)), IDS_REMEDY)
        .check(z.minLength(1, IDS_REMEDY), z.maxLength(JOB_IDS_MAX, IDS_REMEDY)),
    ),
    `These dead letters, 1 to ${JOB_IDS_MAX}.`,
  ),
  group: described(z.optional(groupId), 'Those of this group: their failures have one cause.'),
  filter: described(
    z.optional(
      z.strictObject(
        filterFields(orderId, (number) => number),
        FILTER_REMEDY,
      ),
    ),
    'Those that match all of these; `{}`: every one that this can be done to.',
  ),
  reason: described(
    z.optional(
      z
        .string(REASON_REMEDY)
        .check(z.regex(/\S/, REASON_REMEDY), z.maxLength(JOB_REASON_CHARS_MAX, REASON_REMEDY)),
    ),
    `Why, 1 to ${JOB_REASON_CHARS_MAX} characters; needed to start. It is kept with the job and with each dead letter.`,
  ),
});

/**
 * `POST /api/dlq/redrives`, `/discards`, `/restores`, `/purges`: the body.
 * @param orderId the schema of an order id, which the business knows
 */
export const jobBody = <T extends z.ZodMiniType<string, string>>(kind: JobKind, orderId: T) =>
  z.strictObject({
    ...common(orderId),
    ...settings,
    ...(kind === 'redrive' ? redriveSettings : {}),
  });

type SettingsInput = { readonly [K in keyof JobSettings]?: JobSettings[K] | undefined };

/** Such a body, of whatever kind. */
export interface JobBody extends SettingsInput {
  readonly dryRun?: boolean | undefined;
  readonly planId?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly filter?: FilterInput | undefined;
  readonly reason?: string | undefined;
}

/** What somebody asks for: a plan, the start of one, or a plan that is started at once. */
export type AskedJob =
  | { readonly what: 'plan'; readonly selection: JobSelection; readonly settings: JobSettings }
  | { readonly what: 'start-plan'; readonly planId: string; readonly reason: string }
  | {
      readonly what: 'start';
      readonly selection: JobSelection;
      readonly settings: JobSettings;
      readonly reason: string;
    };

/**
 * What a valid body asks for, or what is wrong in how its fields stand together, for a person. Pure, total.
 * @param orderTopic whose partition is meant where no topic is named
 */
export function toJobRequest(body: JobBody, orderTopic: string): AskedJob | { fault: string } {
  const { dryRun = true, planId, ids, group, filter, reason, ...asked } = body;
  const faults = [selectionFault({ planId, ids, group, filter })];
  if (planId !== undefined) faults.push(...planFaults(dryRun, asked));
  const wanted = filter && withOriginTopic(toFilter(filter), orderTopic);
  if (wanted !== undefined) faults.push(filterFault(wanted, 'filter.'));
  if (!dryRun && reason === undefined) faults.push(`reason is missing: ${REASON_REMEDY}`);
  const found = faults.filter((fault) => fault !== undefined);
  if (found.length > 0) return { fault: found.join('; ') };
  const selection: JobSelection =
    ids === undefined
      ? { kind: 'filter', filter: wanted ?? { group } }
      : { kind: 'ids', ids: [...new Set(ids)] };
  const settings = { ...JOB_SETTINGS_DEFAULT, ...given(asked) };
  if (dryRun || reason === undefined) return { what: 'plan', selection, settings };
  return planId === undefined
    ? { what: 'start', selection, settings, reason }
    : { what: 'start-plan', planId, reason };
}

const CHOICES = 'one of planId, ids, group and filter';

function selectionFault(choices: object): string | undefined {
  const named = Object.entries(choices).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (named.length === 1) return undefined;
  if (named.length === 0) return `Nothing is selected: give ${CHOICES}`;
  return `${named.join(' and ')} stand beside each other: give ${CHOICES}`;
}

function planFaults(dryRun: boolean, asked: SettingsInput): string[] {
  const settings = Object.keys(given(asked));
  return [
    ...(dryRun
      ? ['planId stands beside dryRun true: write dryRun false to start the plan, or select anew']
      : []),
    ...(settings.length > 0
      ? [`${settings.join(', ')} beside planId: leave out what the plan has settled, or plan anew`]
      : []),
  ];
}

function given(asked: SettingsInput): Partial<JobSettings> {
  return Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  ) as Partial<JobSettings>;
}
