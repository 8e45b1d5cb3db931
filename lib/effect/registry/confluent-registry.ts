import { readFile } from 'node:fs/promises';
import { AppError } from '../../model/errors.ts';
import type { SchemaRegistry } from '../../ports/schema-registry.ts';
import { callJson, type JsonAnswer } from './http-json.ts';

export interface ConfluentOptions {
  /** Base address, e.g. `https://registry.example:8081` or `http://localhost:8081/apis/ccompat/v7`. */
  readonly url: string;
  /** `user:password`; undefined: no authentication. */
  readonly auth?: string | undefined;
  /** PEM, or the path of a PEM file; undefined: the authorities that Node trusts. */
  readonly ca?: string | undefined;
  /** For each call; default 3 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 3_000;
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';
/** Registries count in Java's ints. */
const ID_MAX = 2 ** 31 - 1;
const COMPATIBILITY = 'FULL_TRANSITIVE';

/** https://docs.confluent.io/platform/current/schema-registry/develop/api.html#errors */
const SUBJECT_NOT_FOUND = 40401;
const SCHEMA_NOT_FOUND = 40403;

/**
 * A schema registry with Confluent's HTTP API: Confluent's own, Apicurio, Karapace, Redpanda.
 * https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
export function createConfluentRegistry(options: ConfluentOptions): SchemaRegistry {
  const { url, auth, timeoutMs = TIMEOUT_MS } = options;
  const base = url.replace(/\/+$/, '');
  const headers = {
    accept: CONTENT_TYPE,
    'content-type': CONTENT_TYPE,
    ...(auth && { authorization: `Basic ${Buffer.from(auth, 'utf8').toString('base64')}` }),
  };

  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
    try {
      const ca = await pemOf(options.ca);
      const address = new URL(`${base}${path}`);
      const bounds = { timeoutMs, answerBytesMax: ANSWER_BYTES_MAX };
      return await callJson({ method, url: address, body, headers, ca, ...bounds });
    } catch (error) {
      throw unavailable(base, `${method} ${path}: ${(error as Error).message}`, error);
    }
  };
  const failed = (what: string, { status, json }: JsonAnswer) =>
    unavailable(base, `${what} was answered with ${status}${messageOf(json)}${remedyOf(status)}`);

  return {
    kind: 'confluent',

    async register(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}`;
      const there = await call('POST', path, { schema });
      if (isId(field(there.json, 'id')) && there.status === 200)
        return String(field(there.json, 'id'));
      if (![SUBJECT_NOT_FOUND, SCHEMA_NOT_FOUND].includes(errorCode(there))) {
        throw failed(`looking for the schema of subject ${subject}`, there);
      }
      // Before the first version, so that there is none that a second one need not fit to.
      const config = `/config/${encodeURIComponent(subject)}`;
      const set = await call('PUT', config, { compatibility: COMPATIBILITY });
      if (set.status !== 200) throw failed(`setting ${COMPATIBILITY} on subject ${subject}`, set);
      const made = await call('POST', `${path}/versions`, { schema });
      const id = field(made.json, 'id');
      if (made.status !== 200 || !isId(id)) {
        throw failed(`registering the schema of subject ${subject}`, made);
      }
      return String(id);
    },

    async find(id) {
      // Asked for a larger one, a registry may answer with anything but "not found", and its record would never settle.
      if (Number(id) > ID_MAX) return undefined;
      const answer = await call('GET', `/schemas/ids/${id}`);
      if (errorCode(answer) === SCHEMA_NOT_FOUND) return undefined;
      const schema = field(answer.json, 'schema');
      if (answer.status !== 200 || typeof schema !== 'string') {
        throw failed(`asking for schema id ${id}`, answer);
      }
      return schema;
    },
  };
}

/** A 404 without the API's own code comes from something that is no registry: it says nothing about the schema. */
function errorCode({ status, json }: JsonAnswer): number {
  const code = field(json, 'error_code');
  return status === 404 && typeof code === 'number' ? code : 0;
}

function isId(id: unknown): id is number {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= ID_MAX;
}

async function pemOf(ca: string | undefined): Promise<string | undefined> {
  if (!ca) return undefined;
  return ca.includes('-----BEGIN') ? ca : readFile(ca, 'utf8');
}

function messageOf(json: unknown): string {
  const message = field(json, 'message');
  return typeof message === 'string' ? ` (${message.slice(0, 300)})` : '';
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return ': look at SCHEMA_REGISTRY_AUTH';
  if (status === 409) return ': an incompatible schema is registered there under this name';
  return status === 404 ? ': is it a registry, and does its address have a path?' : '';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function unavailable(base: string, what: string, cause?: unknown): AppError {
  const message = `The schema registry at ${base}: ${what}`;
  return new AppError('REGISTRY_UNAVAILABLE', message, { cause });
}
