import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DEMO_HELP, parseDemoArguments } from '../../../demo/arguments.ts';

const dir = mkdtempSync(join(tmpdir(), 'order-service-demo-'));
mkdirSync(join(dir, 'folder.svg'));
afterAll(() => rmSync(dir, { recursive: true }));

it.each([
  { args: [], gives: { kind: 'play', record: undefined, packaged: false } },
  { args: ['--packaged'], gives: { kind: 'play', record: undefined, packaged: true } },
  { args: ['-h'], gives: { kind: 'help' } },
  { args: ['--help', '--record', 'no/folder.svg'], gives: { kind: 'help' } },
  {
    args: ['--record', join(dir, 'new.svg')],
    gives: { kind: 'play', record: join(dir, 'new.svg'), packaged: false },
  },
  {
    args: ['--record=docs/demo.svg'],
    gives: { kind: 'play', record: 'docs/demo.svg', packaged: false },
  },
])('$args', ({ args, gives }) => {
  expect(parseDemoArguments(args)).toEqual(gives);
});

it.each([
  { args: ['--record'], says: /'--record <value>' argument missing/ },
  { args: ['--record', ''], says: /--record "" names no SVG file: write one that ends in \.svg/ },
  { args: ['--record', 'demo.gif'], says: /--record "demo\.gif" names no SVG file/ },
  { args: ['--record', 'docs/.svg'], says: /names no SVG file/ },
  { args: ['--record', join(dir, 'no/demo.svg')], says: /there is no folder .*: make it, or/ },
  { args: ['--record', 'README.md/demo.svg'], says: /there is no folder README\.md/ },
  { args: ['--record', join(dir, 'folder.svg')], says: /is a folder: name a file/ },
  { args: ['--recrod', 'demo.svg'], says: /--recrod/ },
  { args: ['demo.svg'], says: /demo\.svg/ },
])('refuses $args', ({ args, says }) => {
  expect(() => parseDemoArguments(args)).toThrow(says);
});

it('the help names the option', () => {
  expect(DEMO_HELP).toContain('--record FILE.svg');
});
