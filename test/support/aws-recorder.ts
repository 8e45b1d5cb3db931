import {
  createServer,
  request as send,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../../localstack/ports.ts';
import type { GlueStandIn } from './glue-stand-in.ts';
import type { Fact } from './iam-facts.ts';

/** AWS's endpoint for functions whose access key is their name. */
export interface AwsRecorder {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** What was called so far. */
  readonly called: ReadonlySet<Fact>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface AwsRecorderOptions {
  readonly dynamodbEndpoint: string;
  readonly clusterArn: string;
  /** What GetBootstrapBrokers answers. */
  readonly iamBrokers: string;
  readonly glue: GlueStandIn;
}

/** Passes DynamoDB's calls on, answers MSK's and Glue's; writes down who called what. Anything else is refused. */
export async function startAwsRecorder(options: AwsRecorderOptions): Promise<AwsRecorder> {
  const called = new Set<Fact>();
  const server = createServer((request, response) => {
    void answer(request, response, options, called).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    called,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AwsRecorderOptions,
  called: Set<Fact>,
): Promise<void> {
  const { headers, method, url = '' } = request;
  const who = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'nobody';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const path = decodeURIComponent(url);
  if (method === 'GET' && path === `/v1/clusters/${options.clusterArn}/bootstrap-brokers`) {
    called.add(`${who} kafka:GetBootstrapBrokers cluster`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ bootstrapBrokerStringSaslIam: options.iamBrokers }));
    return;
  }
  const target = String(headers['x-amz-target']);
  const [, asked] = /^AWSGlue\.(\w+)$/.exec(target) ?? [];
  if (asked !== undefined) {
    const { status, json, resources } = options.glue.answer(asked, body.toString());
    for (const resource of resources) called.add(`${who} glue:${asked} ${resource}`);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(json));
    return;
  }
  const [, operation] = /^DynamoDB_20120810\.(\w+)$/.exec(target) ?? [];
  if (operation === undefined) {
    called.add(`${who} ${method} ${path}`);
    response.writeHead(403).end();
    return;
  }
  const command = JSON.parse(body.toString()) as {
    readonly TableName?: string;
    readonly IndexName?: string;
    readonly RequestItems?: object;
  };
  const { IndexName } = command;
  // A batch names its tables by its keys; ours names one.
  const TableName = command.TableName ?? Object.keys(command.RequestItems ?? {}).join(' ');
  called.add(
    `${who} dynamodb:${operation} table/${TableName}${IndexName ? `/index/${IndexName}` : ''}`,
  );
  await passOn(request, response, body, options.dynamodbEndpoint);
}

function passOn(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  endpoint: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onward = send(new URL(url ?? '/', endpoint), { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response).on('finish', resolve).on('error', reject);
    });
    onward.on('error', reject).end(body);
  });
}
