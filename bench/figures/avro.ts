import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../plugins/bundle-functions.ts';
import { runChild } from '../child.ts';
import { coldImports, kilobytes } from '../cold-import.ts';
import type { Benchmark, Line } from '../figure.ts';
import type { Envelopes } from '../processes/envelopes.ts';
import { spreadOf } from '../spread.ts';

const KB = 1000;

export const avro: Benchmark = {
  name: 'avro',
  method:
    'One process: the envelope of an order of 1 KB, encoded and framed, and decoded again, 300 rounds of 200 after 100 that do not count; its schema’s id is known. Size of it, and of the same as JSON with its bytes in base64. The packaged publish-dead-letter, and a bundle, made likewise, of nothing but what Avro and the registry need: their sizes, and how long `require` of them takes in 20 fresh processes each, after one that does not count; the second loads Node’s http and https too, which the publisher has anyway, so it is at most that.',
  async run() {
    return [...(await envelopeLines()), ...(await bundleLines())];
  },
};

async function envelopeLines(): Promise<readonly Line[]> {
  const { encoding, decoding, avroBytes, jsonBytes } = await runChild<Envelopes>('envelopes.ts');
  const size = (figure: string, bytes: number): Line => ({
    figure,
    unit: 'KB',
    spread: spreadOf([bytes / KB]),
  });
  const within = { unit: 'µs', atMost: 30 } as const;
  return [
    { figure: 'Encoding and framing an envelope, warm', ...within, spread: spreadOf(encoding) },
    { figure: 'Decoding it, warm', ...within, spread: spreadOf(decoding) },
    size('Its size on the wire', avroBytes),
    size('– the same as JSON', jsonBytes),
  ];
}

async function bundleLines(): Promise<readonly Line[]> {
  const dir = mkdtempSync(join(tmpdir(), 'order-service-bench-'));
  try {
    const functions = [
      { name: 'publish-dead-letter', entry: 'functions/publish-dead-letter.ts' },
      { name: 'avro-alone', entry: 'bench/processes/avro-alone.ts' },
    ];
    await bundleFunctions({ functions, outDir: dir });
    return [
      ...(await linesOf(join(dir, 'publish-dead-letter.cjs'), 'publish-dead-letter, minified')),
      ...(await linesOf(join(dir, 'avro-alone.cjs'), 'what Avro adds to it')),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function linesOf(file: string, what: string): Promise<readonly Line[]> {
  return [
    { figure: `Bundle: ${what}`, unit: 'KB', spread: spreadOf([kilobytes(file)]) },
    { figure: `Cold import: ${what}`, unit: 'ms', spread: spreadOf(await coldImports(file)) },
  ];
}
