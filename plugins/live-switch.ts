import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  paginateListEventSourceMappings,
  type LambdaClientConfig,
} from '@aws-sdk/client-lambda';

/** What a deployment is about to switch to. */
export interface Switch {
  readonly clusterArn: string;
  /** Whether the functions will report failures. */
  readonly reports: boolean;
  /** Whether the mappings will listen. */
  readonly listens: boolean;
  /** Consumer groups of the mappings. */
  readonly groups: readonly string[];
  /** Full names of the functions behind them. */
  readonly functions: readonly string[];
}

/**
 * Failures that are reported to a mapping that does not listen are committed and lost. A deployment changes functions and
 * mappings one after the other, so what is live has to fit what comes.
 * @returns what to say where it does not
 * @throws the SDK's error where AWS does not tell what is live
 */
export async function switchedTooFast(
  { clusterArn, reports, listens, groups, functions }: Switch,
  config: LambdaClientConfig,
): Promise<string | undefined> {
  const client = new LambdaClient(config);
  try {
    if (reports) {
      const deaf = (await liveMappings(client, clusterArn)).filter(
        ({ group, listens: already }) => groups.includes(group) && !already,
      );
      if (deaf.length === 0) return undefined;
      return `The live mappings of ${deaf.map(({ topic }) => topic).join(', ')} take no partial responses yet, and functions that report to them would lose failures: deploy with MAPPING_PARTIAL_RESPONSES=on and PARTIAL_BATCH_RESPONSES=off first, then again with both on`;
    }
    if (listens) return undefined;
    const reporting = await Promise.all(functions.map((name) => isReporting(client, name)));
    const names = functions.filter((_, index) => reporting[index]);
    if (names.length === 0) return undefined;
    return `The live functions ${names.join(', ')} report failures, and mappings that stop listening would lose them: deploy with MAPPING_PARTIAL_RESPONSES=on and PARTIAL_BATCH_RESPONSES=off first, wait 15 minutes, then deploy with both off`;
  } finally {
    client.destroy();
  }
}

async function liveMappings(client: LambdaClient, EventSourceArn: string) {
  const mappings = [];
  for await (const page of paginateListEventSourceMappings({ client }, { EventSourceArn })) {
    for (const mapping of page.EventSourceMappings ?? []) {
      mappings.push({
        topic: mapping.Topics?.[0] ?? '',
        group: mapping.AmazonManagedKafkaEventSourceConfig?.ConsumerGroupId ?? '',
        listens: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
      });
    }
  }
  return mappings;
}

/** A function that is not there yet reports nothing. */
async function isReporting(client: LambdaClient, FunctionName: string): Promise<boolean> {
  try {
    const { Environment } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    return Environment?.Variables?.['PARTIAL_BATCH_RESPONSES'] === 'on';
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return false;
    throw error;
  }
}
