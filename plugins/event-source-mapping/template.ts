import type { MskEvent } from './declaration.ts';

/** A compiled CloudFormation template, as far as we touch it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/**
 * Writes what osls leaves out into the mapping of `event` (a window of 0 it drops, and AWS would take 500 ms).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 * @param functionLogicalId of the function's resource
 * @throws Error where the template has no mapping of that function and topic
 */
export function patchMapping(template: Template, functionLogicalId: string, event: MskEvent): void {
  const mapping = Object.values(template.Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' &&
      isTopic(Properties?.['Topics'], event.topic) &&
      JSON.stringify(Properties?.['FunctionName']).includes(`"${functionLogicalId}"`),
  );
  if (mapping?.Properties === undefined) {
    throw new Error(
      `The template has no event source mapping of ${event.topic} to ${functionLogicalId}`,
    );
  }
  const { functionResponseType, destinations, provisionedPollerConfig } = event;
  const additions: Record<string, unknown> = {
    MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,
    FunctionResponseTypes: functionResponseType === undefined ? undefined : [functionResponseType],
    BisectBatchOnFunctionError: event.bisectBatchOnFunctionError,
    MaximumRetryAttempts: event.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: event.maximumRecordAgeInSeconds,
    ProvisionedPollerConfig:
      provisionedPollerConfig === undefined
        ? undefined
        : defined({
            MinimumPollers: provisionedPollerConfig.minimumPollers,
            MaximumPollers: provisionedPollerConfig.maximumPollers,
            PollerGroupName: provisionedPollerConfig.pollerGroupName,
          }),
    DestinationConfig:
      destinations === undefined
        ? undefined
        : { OnFailure: { Destination: destinations.onFailure } },
  };
  for (const [name, value] of Object.entries(additions)) {
    if (value !== undefined) mapping.Properties[name] = value;
  }
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function isTopic(topics: unknown, topic: string): boolean {
  return Array.isArray(topics) && topics.length === 1 && topics[0] === topic;
}
