import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginLog, hasLogged, lastWordsOf } from '../../../localstack/log-tail.ts';

let dir: string;
let log: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'log-'));
  log = join(dir, 'kafka.log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('tells what was logged since the last start, indented', () => {
  beginLog(log, 1e6);
  appendFileSync(log, 'Address already in use\n');
  beginLog(log, 1e6);
  expect(lastWordsOf(log)).toBe('    (nothing)');

  appendFileSync(log, 'no room for the heap\n');

  expect(lastWordsOf(log)).toBe('    no room for the heap');
  expect(hasLogged(log, /no room/)).toBe(true);
  expect(hasLogged(log, /already in use/)).toBe(false);
});

it('finds an error behind which much was logged while the server ended', () => {
  beginLog(log, 1e6);
  appendFileSync(log, '2026-11-24 17:18:11.000 [main] ERROR kafka - the cause\n');
  appendFileSync(log, '2026-11-24 17:18:11.000 [main] INFO kafka - is shutting down\n'.repeat(800));

  expect(lastWordsOf(log)).toMatch(/ERROR kafka - the cause$/);
});

it('takes no rest of a line for a line', () => {
  beginLog(log, 1e6);
  const line = '2026-11-24 17:18:11.000 [main] INFO kafka - is well\n';
  appendFileSync(log, `${'x'.repeat(13)}\n${line.repeat(3_000)}`);

  expect(lastWordsOf(log).split('\n')).toEqual(Array(12).fill(`    ${line.trimEnd()}`));
});

it('is nothing where there is no file', () => {
  expect(lastWordsOf(join(dir, 'none'))).toBe('    (nothing)');
  expect(hasLogged(join(dir, 'none'), /x/)).toBe(false);
});

it('puts a log that has grown aside, and keeps one older one', () => {
  for (const text of ['oldest', 'older', 'new']) {
    beginLog(log, 10);
    appendFileSync(log, `${text}\n`);
  }

  expect(readdirSync(dir)).toEqual(['kafka.log', 'kafka.log.1']);
  expect(lastWordsOf(`${log}.1`)).toBe('    older');
});
