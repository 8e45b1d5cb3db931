import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../localstack/ports.ts';

/** moto's server with our adapters, in place of AWS. */
export interface Moto {
  readonly endpoint: string;
  /** Lines that mean that something was not understood. */
  complaints(): readonly string[];
  /** What it said last, without the requests that went well. */
  lastWords(): string;
  stop(): Promise<void>;
}

const START_MS = 120_000;

/** @param cwd its validation of templates leaves a file in the folder that it is started in */
export async function startMoto(commands: string, cwd: string): Promise<Moto> {
  const port = await freePort();
  const server = join(import.meta.dirname, 'moto', 'server.py');
  const child = spawn(join(commands, 'python'), [server, String(port)], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  const moto: Moto = {
    endpoint: `http://127.0.0.1:${port}`,
    complaints: () =>
      text.match(/^.*(Traceback|No Moto CloudFormation support|" 5\d\d -).*$/gm) ?? [],
    lastWords: () =>
      text
        .split('\n')
        .filter((line) => !line.includes('" 200 -'))
        .slice(-60)
        .join('\n'),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
  const endMs = Date.now() + START_MS;
  while (Date.now() < endMs && child.exitCode === null) {
    const up = await fetch(`${moto.endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return moto;
    await sleep(100);
  }
  await moto.stop();
  throw new Error(`moto did not come up:\n${moto.lastWords()}`);
}
