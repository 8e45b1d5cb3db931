import { describe, expect, it } from 'vitest';
import { linesOfPicture, plain } from '../../support/demo-text.ts';
import { readPage } from '../../support/markdown.ts';

/** The demo itself is compared with the picture in test/e2e/readme.test.ts; this is what can be said without a broker. */
const svg = readPage('docs/demo.svg');
const lines = linesOfPicture(svg);
const source = ['scenes', 'redrive-scene', 'main']
  .map((file) => readPage(`demo/${file}.ts`))
  .join('');
const RECORD_IT = 'npm run demo -- --record docs/demo.svg';

/** A claim or title up to where something of the run is put in. */
const opening = (line: string) => line.split(/[:;(]|\d+\.\d|\d+ s/)[0] ?? '';
const titles = lines.filter((line) => /^\d+\. /.test(line));
const claims = lines.flatMap((line) => /^ *[\d.]+ s {2}✓ (.*)$/.exec(line)?.[1] ?? []);

describe(`docs/demo.svg (${RECORD_IT} makes it anew)`, () => {
  it('has titles and claims', () => {
    expect(titles.length).toBe(8);
    expect(claims.length).toBe(23);
    expect(lines.map(plain)).toContain(`All N checks hold, after N s.`);
  });

  it.each([...titles, ...claims])('"%s" still stands in the source', (line) => {
    expect(source).toContain(opening(line));
  });

  it('has every scene of the source', () => {
    const scenes = [...source.matchAll(/report\.scene\('([^']+)'\)/g)].map(([, title]) => title);
    expect(new Set(titles)).toEqual(new Set(scenes));
  });

  it('names no folder of a machine', () => {
    expect(lines.filter((line) => /\/(home|root|tmp|Users|work)\//.test(line))).toEqual([]);
  });

  it('is light enough for a README', () => {
    expect(Buffer.byteLength(svg)).toBeLessThan(100 * 1024);
  });

  it('is shown by the README, with words for those who do not see it', () => {
    expect(readPage('README.md')).toMatch(/!\[[^\]]{40,}\]\(docs\/demo\.svg\)/);
    expect(readPage('README.md')).toContain(RECORD_IT);
  });
});
