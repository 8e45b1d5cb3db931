import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readEndpoints } from '../../localstack/endpoints.ts';
import { LocalError } from '../../localstack/local-error.ts';
import type { Environment } from '../../localstack/paths.ts';
import { UsageError } from '../command.ts';

export interface Endpoint {
  /** http or https; without a slash at the end of its path. */
  readonly url: URL;
  /** Where it was found, for people. */
  readonly from: string;
  /** Region of an address of AWS API Gateway's own; undefined for others. */
  readonly region: string | undefined;
}

const FILE = join('.localstack', 'endpoints.json');
const AWS_HOST = /(?:^|\.)execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * The API to talk to: what the command line names, else ORDER_DLQ_ENDPOINT, else the local stack that is up: of
 * LOCALSTACK_DIR, or of the first `.localstack/endpoints.json` from `directory` upwards.
 * @throws LocalError where there is none, UsageError where an address is none
 */
export function endpointOf(
  option: string | undefined,
  env: Environment,
  directory: string,
): Endpoint {
  if (option !== undefined) return parseEndpoint(option, '--endpoint');
  const named = env['ORDER_DLQ_ENDPOINT'];
  if (named) return parseEndpoint(named, 'ORDER_DLQ_ENDPOINT');
  const local = env['LOCALSTACK_DIR']
    ? readEndpoints(env)?.api
    : (apiOf(fileUpwards(directory)) ?? readEndpoints(env)?.api);
  if (local === undefined) {
    throw new LocalError(
      'No API to talk to: no local stack is up, and neither --endpoint nor ORDER_DLQ_ENDPOINT is set.',
      'Start the stack in another terminal (npm start), or say --endpoint https://….',
    );
  }
  return parseEndpoint(local, 'the local stack’s endpoints.json');
}

function parseEndpoint(text: string, from: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.search === '' && url.hash === '' && url.username === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      `${from} is "${text}": write the API's address, http:// or https://, without query and user`,
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return { url, from, region: AWS_HOST.exec(url.hostname)?.[1] };
}

function fileUpwards(directory: string): string | undefined {
  const file = join(directory, FILE);
  if (existsSync(file)) return file;
  const parent = dirname(directory);
  return parent === directory ? undefined : fileUpwards(parent);
}

/** A file that cannot be read, or is another one, is as good as none. */
function apiOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    const { api } = JSON.parse(readFileSync(file, 'utf8')) as { api?: unknown };
    return typeof api === 'string' ? api : undefined;
  } catch {
    return undefined;
  }
}
