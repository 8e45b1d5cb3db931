import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateRegistryCommand, GlueClient, type GlueClientConfig } from '@aws-sdk/client-glue';
import { cacheDir } from '../../localstack/paths.ts';
import { freePort, LOOPBACK } from '../../localstack/ports.ts';

const VERSION = '5.2.5';
const START_MAX_MS = 60_000;
const run = promisify(execFile);

/** A moto server: AWS's Glue API by somebody else. */
export interface Moto {
  /** Of a registry that is there. */
  readonly registry: string;
  readonly client: GlueClientConfig & { readonly endpoint: string };
  /** Freezes it (SIGSTOP): connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** It is a Python program. */
export function isMotoPossible(): boolean {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts one in a virtual environment, which is kept for the next time. */
export async function startMoto(): Promise<Moto> {
  const program = await ensureProgram();
  const port = await freePort();
  const server = spawn(program, ['-H', LOOPBACK, '-p', String(port)], { stdio: 'ignore' });
  const exited = once(server, 'exit');
  const client = {
    endpoint: `http://${LOOPBACK}:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const stop = async () => {
    server.kill('SIGCONT');
    server.kill('SIGTERM');
    await exited;
  };
  const registry = 'dead-letters';
  const untilMs = Date.now() + START_MAX_MS;
  for (;;) {
    try {
      await new GlueClient({ ...client, maxAttempts: 1 }).send(
        new CreateRegistryCommand({ RegistryName: registry }),
      );
      break;
    } catch (error) {
      if (Date.now() < untilMs && server.exitCode === null) await sleep(100);
      else {
        await stop();
        throw error;
      }
    }
  }
  return {
    registry,
    client,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop,
  };
}

async function ensureProgram(): Promise<string> {
  const folder = join(cacheDir(process.env), `moto-${VERSION}`);
  const program = join(folder, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  mkdirSync(cacheDir(process.env), { recursive: true });
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(join(folder, 'bin', 'pip'), ['install', '--quiet', `moto[glue,server]==${VERSION}`]);
  return program;
}
