import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

/** A row of a table: its cells, without the backticks around a whole cell. */
export type Row = readonly string[];

/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** @param path relative to the project's root */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What stands under a heading, up to the next one of the same or a higher level. Throws where there is none. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (from === -1) throw new Error(`there is no heading "${heading}"`);
  const level = lines[from]?.search(/[^#]/) ?? 0;
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => /^#+ /.test(line) && line.search(/[^#]/) <= level);
  return rest.slice(0, to === -1 ? undefined : to).join('\n');
}

/** The tables of a section, each without its head. `\|` in a cell is a pipe. */
export function tablesOf(section: string): Row[][] {
  const tables: Row[][] = [];
  let before = '';
  for (const line of section.split('\n')) {
    if (/^\| ?-/.test(line)) tables.push([]);
    else if (line.startsWith('|') && before.startsWith('|')) tables.at(-1)?.push(cellsOf(line));
    before = line;
  }
  return tables;
}

/** The first column of a section's table. */
export function namesOf(section: string, table = 0): string[] {
  return (tablesOf(section)[table] ?? []).map(([name = '']) => name);
}

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']): Block => ({ language, text }),
  );
}

/** The first JSON block of a section. */
export function jsonOf(section: string): unknown {
  const block = blocksOf(section).find(({ language }) => language === 'json');
  return JSON.parse(block?.text ?? '');
}

function cellsOf(line: string): Row {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) =>
      cell
        .trim()
        .replaceAll('\\|', '|')
        .replace(/^`([^`]*)`$/, '$1'),
    );
}
