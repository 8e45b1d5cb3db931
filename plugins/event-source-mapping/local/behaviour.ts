/**
 * What AWS's pages leave open, or what a person may want otherwise on this machine: one setting each, with the values it
 * can take, its default first. Declared under `custom.event-source-mapping` in serverless.yml.
 */
const CHOICES = {
  /** A record's missing key or value: the property is left out, or explicitly null. */
  missingKeyOrValue: ['omitted', 'null'],
  /** Reported records come again alone, or with all of their partition that came after the first of them. */
  redelivery: ['exact-items', 'lowest-offset'],
  /** The page about Kafka destinations spells it so, the one about SQS, SNS and S3 the other way. */
  retriesCondition: ['RetriesExhausted', 'RetryAttemptsExhausted'],
  /** Condition of a record that grew too old. */
  ageCondition: ['RecordAgeExceeded', 'RetriesExhausted'],
  /** Whether a batch that is split spends one of the attempts. */
  bisectSpendsRetry: ['no', 'yes'],
  /** Redeliveries wait 100 ms and ever longer, up to 2 s, or come at once. */
  redeliveryDelay: ['growing', 'none'],
  /** Attempts, age, bisect, partial responses and Kafka destinations are documented for provisioned mode only. */
  retryControlsOnDemand: ['refused', 'accepted'],
  /** Pollers come and go with the lag, or all of them are there from the start. */
  pollerScaling: ['by-lag', 'maximum'],
  /** Between invocations a process is stopped, as Lambda freezes its environments, or goes on running. */
  betweenInvocations: ['frozen', 'running'],
} as const;

type Choices = typeof CHOICES;

/** One value for each setting. */
export type Behaviour = { readonly [Name in keyof Choices]: Choices[Name][number] };

/** AWS's likeliest behaviour. */
export const BEHAVIOUR_DEFAULTS = Object.fromEntries(
  Object.entries(CHOICES).map(([name, [first]]) => [name, first]),
) as Behaviour;

/** Names of all settings. */
export const BEHAVIOUR_NAMES: readonly string[] = Object.keys(CHOICES);

/** The other value of each setting, for running tests under both. */
export const BEHAVIOUR_OTHERS = Object.fromEntries(
  Object.entries(CHOICES).map(([name, [, second]]) => [name, second]),
) as Behaviour;

/**
 * Fills in the defaults.
 * @throws Error that names the setting, what is wrong with it, and what can be written
 */
export function resolveBehaviour(declared: Readonly<Record<string, unknown>> = {}): Behaviour {
  for (const [name, value] of Object.entries(declared)) {
    const values = (CHOICES as Readonly<Record<string, readonly unknown[]>>)[name];
    if (values === undefined) {
      throw new Error(
        `There is no setting ${name} of event source mappings: write one of ${BEHAVIOUR_NAMES.join(', ')}`,
      );
    }
    if (!values.includes(value)) {
      throw new Error(
        `The setting ${name} is ${JSON.stringify(value)}: write ${values.join(' or ')}`,
      );
    }
  }
  return { ...BEHAVIOUR_DEFAULTS, ...declared } as Behaviour;
}
