import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, Style } from '../../../../demo/line.ts';
import { drawPicture, LINES_MAX } from '../../../../demo/picture/picture.ts';
import type { Note } from '../../../../demo/picture/timing.ts';
import { anyText } from '../../../support/arbitraries.ts';
import { linesOfPicture } from '../../../support/demo-text.ts';
import { elementsOf, parseXml, textOf } from '../../../support/xml.ts';

const caption = { command: 'npm run <it>', title: 'A & B', description: '"<what>" it shows' };
const noteOf = (line: Line, atMs = 0): Note => ({ line, atMs });
const svgOf = (...lines: readonly Line[]) =>
  drawPicture(
    lines.map((line) => noteOf(line)),
    caption,
  ).svg;
const many = (count: number) => Array.from({ length: count }, (_, n) => [{ text: `line ${n}` }]);

/** `name{…}` of the style sheet: the movement's steps. */
function stepsOf(svg: string, name: string): { percent: number; y: number }[] {
  const frames = new RegExp(`@keyframes ${name}\\{(.*)\\}`).exec(svg)?.[1] ?? '';
  return [...frames.matchAll(/([\d.]+)%\{transform:translateY\((-?\d+)px\)\}/g)].map(
    ([, percent, y]) => ({ percent: Number(percent), y: Number(y) }),
  );
}

describe('what is drawn', () => {
  it('the command, then each line, as text in its style', () => {
    const svg = svgOf(
      [{ text: 'dim ', style: 'dim' }, { text: ' & <plain>' }],
      [],
      [{ text: '"' }],
    );
    expect(linesOfPicture(svg)).toEqual(['$ npm run <it>', 'dim  & <plain>', '"']);
    expect(svg).toContain('<tspan class="dim">dim </tspan> &amp; &lt;plain&gt;</text>');
  });

  it('a style for each name that a span may have', () => {
    const styles: Style[] = ['bold', 'cyan', 'dim', 'green', 'red'];
    for (const name of styles) {
      const svg = svgOf([{ text: 'x', style: name }]);
      expect(svg).toContain(`<tspan class="${name}">x</tspan>`);
      expect(svg).toContain(`.${name}{fill:`);
    }
  });

  it('title and description, which the picture is labelled by', () => {
    const root = parseXml(svgOf());
    const byId = new Map(elementsOf(root).map((one) => [one.attributes['id'], one]));
    const ids = root.attributes['aria-labelledby']?.split(' ') ?? [];
    const labels = ids.map((id) => textOf(byId.get(id) ?? root));
    expect(labels).toEqual(['A & B', '"<what>" it shows']);
    expect(root.attributes['role']).toBe('img');
  });

  it('nothing that runs or comes from elsewhere', () => {
    const svg = svgOf([{ text: '<script>alert(1)</script>' }]);
    const names = new Set(elementsOf(parseXml(svg)).map(({ name }) => name));
    const known = ['svg', 'title', 'desc', 'style', 'rect', 'circle', 'text', 'tspan'];
    expect([...names].filter((name) => ![...known, 'clipPath', 'g'].includes(name))).toEqual([]);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|@font|href/);
  });

  it('is well-formed whatever the lines say', () => {
    const text = fc.oneof(anyText(), fc.constantFrom('\ufffe', ']]>', '&amp;'));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 10 }), (texts) => {
        const svg = svgOf(...texts.map((one) => [{ text: one }]));
        expect(linesOfPicture(svg).length).toBe(1 + texts.filter((one) => one !== '').length);
      }),
    );
  });

  it('no more lines than the bound, and says so', () => {
    const lines = linesOfPicture(svgOf(...many(LINES_MAX + 7)));
    expect(lines.length).toBe(1 + LINES_MAX + 1);
    expect(lines.at(-1)).toBe('… more lines');
    expect(linesOfPicture(svgOf(...many(LINES_MAX))).at(-1)).toBe(`line ${LINES_MAX - 1}`);
  });
});

describe('how it moves', () => {
  it('the curtain goes down a row with each line, at its time', () => {
    const notes = [noteOf([{ text: 'a' }], 1_000), noteOf([{ text: 'b' }], 2_000)];
    const { svg, seconds } = drawPicture(notes, caption);
    expect(seconds).toBe(8.8);
    expect(stepsOf(svg, 'curtain')).toEqual([
      { percent: 0, y: 18 },
      { percent: Number(((1.8 / 8.8) * 100).toFixed(3)), y: 36 },
      { percent: Number(((2.8 / 8.8) * 100).toFixed(3)), y: 54 },
    ]);
    expect(stepsOf(svg, 'rows')).toEqual([{ percent: 0, y: 0 }]);
  });

  it('once the screen is full the rows go up instead, and the last line ends on its last row', () => {
    const svg = svgOf(...many(40));
    expect(stepsOf(svg, 'curtain').at(-1)?.y).toBe(28 * 18);
    expect(stepsOf(svg, 'rows').map(({ y }) => y)).toEqual(
      Array.from({ length: 14 }, (_, n) => -18 * n + 0),
    );
  });

  it('each movement goes on for ever, in steps, and both as long', () => {
    const rounds = [...svgOf(...many(3)).matchAll(/animation:\w+ (\d+)ms step-end infinite/g)];
    expect(new Set(rounds.map(([, ms]) => ms)).size).toBe(1);
    expect(rounds.length).toBe(2);
  });

  it('who wants no motion sees the end', () => {
    const svg = svgOf(...many(40));
    expect(svg).toContain('@media (prefers-reduced-motion:reduce){.rows,.curtain{animation:none}}');
    expect(svg).toContain(`.rows{transform:translateY(${-18 * 13}px);`);
    expect(svg).toContain(`.curtain{transform:translateY(${28 * 18}px);`);
  });
});
