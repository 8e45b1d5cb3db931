import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPage } from '../../support/markdown.ts';
import { ROOT } from '../../support/source-files.ts';

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const FOLDERS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name);

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

const linksOf = (page: string) =>
  [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^\w+:/.test(link));

/** Paths that the text names in backticks; `*` stands for anything. */
const namedPathsOf = (page: string) =>
  [...page.matchAll(/`([\w.-]+\/[\w./*-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => FOLDERS.includes(path.split('/')[0] ?? ''));

function isThere(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(ROOT, path));
  const pattern = new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`);
  const folder = dirname(path);
  return readdirSync(join(ROOT, folder)).some((name) => pattern.test(`${folder}/${name}`));
}

it('there are pages', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/contracts.md']));
});

describe.each(pages)('%s', (path) => {
  const page = readPage(path);

  it('links to what exists, headings included', () => {
    const broken = linksOf(page).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(readPage(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders that exist', () => {
    expect(namedPathsOf(page).filter((named) => !isThere(named))).toEqual([]);
  });
});

it('the list of decisions names each page by its title', () => {
  const list = readPage('docs/decisions/README.md');
  const written = readdirSync(join(ROOT, 'docs/decisions'))
    .filter((name) => name !== 'README.md')
    .map((name) => {
      const title = /^# (.+)$/m.exec(readPage(`docs/decisions/${name}`))?.[1];
      return `[${title}](${name})`;
    });
  expect(written.filter((entry) => !list.includes(entry))).toEqual([]);
});
