import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Environment, localstackDir } from './paths.ts';
import { stackFiles } from './settings.ts';

/** Where the parts of a running stack listen; all addresses as clients take them. */
export interface Endpoints {
  /** Base address of the HTTP API. */
  readonly api: string;
  /** Lambda's invoke API. */
  readonly lambda: string;
  /** `host:port`, comma-separated. */
  readonly kafka: string;
  /** Base address of a Confluent-compatible registry. */
  readonly schemaRegistry: string;
  readonly dynamodb: string;
}

/** Writes the file whole or not at all. */
export function writeEndpoints(dir: string, endpoints: Endpoints): void {
  const { endpoints: file } = stackFiles(dir);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(temporary, file);
}

export function removeEndpoints(dir: string): void {
  rmSync(stackFiles(dir).endpoints, { force: true });
}

/** The addresses of the stack that is up; undefined where none is. Nothing is thrown. */
export function readEndpoints(env: Environment): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(stackFiles(localstackDir(env)).endpoints, 'utf8')) as Endpoints;
  } catch {
    return undefined;
  }
}
