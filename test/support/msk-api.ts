import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../../localstack/ports.ts';

/** What it answers: names of brokers, an error of AWS, or nothing at all. */
export type MskAnswer =
  | { readonly brokers: Readonly<Record<string, string>> }
  | { readonly status: number; readonly error: string; readonly message: string }
  | 'silence';

/** Stands in for the AWS endpoint of MSK, with the one operation that we call. */
export interface MskApi {
  /** For `AWS_ENDPOINT_URL_KAFKA`. */
  readonly url: string;
  /** `<method> <path>` and the scope of the signature, of every request so far. */
  readonly requests: readonly { readonly line: string; readonly scope: string | undefined }[];
  /** From now on; of several the last one again and again. */
  answer(...answers: readonly [MskAnswer, ...MskAnswer[]]): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Answers in the form of the API: lower camel case, an error's name in a header.
 * https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn-bootstrap-brokers.html
 */
export async function startMskApi(): Promise<MskApi> {
  const requests: { line: string; scope: string | undefined }[] = [];
  let answers: readonly MskAnswer[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const scope = /Credential=[^/]+\/\d+\/([^,]+)/.exec(headers.authorization ?? '')?.[1];
    requests.push({ line: `${method} ${decodeURIComponent(url ?? '')}`, scope });
    const answer = answers[0] ?? { status: 500, error: 'NoAnswer', message: 'none is set' };
    if (answers.length > 1) answers = answers.slice(1);
    if (answer === 'silence') return;
    response.setHeader('content-type', 'application/json');
    if ('brokers' in answer) {
      response.end(JSON.stringify(lowerCamelCase(answer.brokers)));
      return;
    }
    response.writeHead(answer.status, { 'x-amzn-errortype': answer.error });
    response.end(JSON.stringify({ message: answer.message }));
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${port}`,
    requests,
    answer: (...given) => void (answers = given),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function lowerCamelCase(members: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).map(([name, text]) => [name[0]?.toLowerCase() + name.slice(1), text]),
  );
}
