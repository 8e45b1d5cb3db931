import { BrokersUnknownError } from './kafka-error.ts';
import type { BootstrapBrokers } from './msk-brokers.ts';
import { mskToken } from './msk-token.ts';

/** What we ask of AWS itself. The SDK is loaded at the first question, so that a cold start does not pay for it. */
export interface AwsKafka {
  /** One question. Rejects with BrokersUnknownError, whose message names fault and remedy. */
  bootstrapBrokers(clusterArn: string): Promise<BootstrapBrokers>;
  /** A fresh token for one connection. Rejects where there are no credentials. */
  token(): Promise<string>;
}

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Credentials and endpoint come from the SDK's own variables (`AWS_ENDPOINT_URL_KAFKA`, …).
 * @param settings region: the cluster's; undefined = the function's own
 */
export function awsKafka(settings: {
  readonly region: string | undefined;
  readonly userAgent: string;
  readonly nowMs: () => number;
}): AwsKafka {
  const { region, userAgent, nowMs } = settings;
  let loading: ReturnType<typeof load> | undefined;
  const loaded = () => {
    loading ??= load(region);
    loading.catch(() => (loading = undefined));
    return loading;
  };
  return {
    async bootstrapBrokers(clusterArn) {
      const { sdk, client } = await loaded();
      try {
        return await client.send(new sdk.GetBootstrapBrokersCommand({ ClusterArn: clusterArn }));
      } catch (error) {
        throw brokersUnknown(error, clusterArn);
      }
    },
    async token() {
      const { config } = (await loaded()).client;
      const [credentials, ownRegion] = await Promise.all([config.credentials(), config.region()]);
      return mskToken({ region: region ?? ownRegion, credentials, nowMs: nowMs(), userAgent });
    },
  };
}

async function load(region: string | undefined) {
  const sdk = await import('@aws-sdk/client-kafka');
  const client = new sdk.KafkaClient({
    ...(region !== undefined && { region }),
    // Who needs the brokers tries again, until its own deadline.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  return { sdk, client };
}

/** What a person can do about a refusal; statuses: the API page of GetBootstrapBrokers. */
const REMEDIES: Readonly<Record<number, string>> = {
  400: 'check that MSK_CLUSTER_ARN is right and that the cluster is ACTIVE',
  401: 'the credentials are not valid: look at the function’s role',
  403: 'give the function’s role kafka:GetBootstrapBrokers on this ARN',
  404: 'check that MSK_CLUSTER_ARN names a cluster that exists, in its region and account',
  429: 'AWS is asked too often; the question is repeated',
};
const AT_FAULT = 'the fault is with AWS; the question is repeated';
const UNREACHED =
  'the question is repeated; a function in a VPC reaches AWS through a NAT gateway or the interface endpoint of the service "kafka"';

/** @param error of the SDK */
export function brokersUnknown(error: unknown, clusterArn: string): BrokersUnknownError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const status = statusOf(error);
  const remedy = REMEDIES[status] ?? (status === 0 ? UNREACHED : AT_FAULT);
  const isFinal = status >= 400 && status < 500 && status !== 429;
  return new BrokersUnknownError(
    `AWS did not name the brokers of ${clusterArn} (${text}): ${remedy}`,
    !isFinal,
  );
}

/** 0 where there was no answer. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) return 0;
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? 0;
}
