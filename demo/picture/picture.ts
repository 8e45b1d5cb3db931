import type { Line, Span } from '../line.ts';
import { INDENT_COLUMNS, rowsOf } from './rows.ts';
import { END_MS, showTimes, type Note } from './timing.ts';

/** The size at which GitHub shows a picture in a README: 100 columns just fit. */
const WIDTH = 830;
const ROW = 18;
const ROWS_SHOWN = 28;
const TOP = 42;
/** From the upper edge of a row to what its letters stand on. */
const BASELINE = 13;
const LEFT = 20;
const COLUMN = 7.8;
const HEIGHT = TOP + ROWS_SHOWN * ROW + 12;
const BACKGROUND = '#0d1117';

/** Lines after these are left out, and the last one says so. */
export const LINES_MAX = 400;

export interface Picture {
  readonly svg: string;
  /** How long one round takes, seconds. */
  readonly seconds: number;
}

export interface Caption {
  /** The command line that was typed. */
  readonly command: string;
  readonly title: string;
  readonly description: string;
}

/**
 * Draws lines as a terminal that fills and scrolls, over and over: an SVG that needs no script and no font of its own, so it
 * moves inside `<img>`, too. Who wants no motion (prefers-reduced-motion) sees the end. Pure, total.
 */
export function drawPicture(notes: readonly Note[], caption: Caption): Picture {
  const shown = notes.slice(0, LINES_MAX);
  const isCut = notes.length > LINES_MAX;
  const cut: Note = { line: [{ text: '… more lines', style: 'dim' }], atMs: 0 };
  const all = isCut ? [...shown, cut] : shown;
  const command: Line = [{ text: '$ ', style: 'green' }, { text: caption.command }];
  const lines = [command, ...all.map(({ line }) => line)].map(rowsOf);
  const timesMs = [0, ...showTimes(all)];
  const roundMs = (timesMs.at(-1) ?? 0) + END_MS;
  let rows = 0;
  const texts: string[] = [];
  const steps: Step[] = [];
  lines.forEach((one, index) => {
    texts.push(textElement(one, rows));
    rows += one.length;
    steps.push({ atMs: timesMs[index] ?? 0, rows });
  });
  const svg = [...head(caption), style(steps, roundMs), ...frame(caption), ...screen(texts)];
  return { svg: `${svg.filter((line) => line !== '').join('\n')}\n`, seconds: roundMs / 1000 };
}

/** From then on so many rows are shown. */
interface Step {
  readonly atMs: number;
  readonly rows: number;
}

const scrolled = (rows: number) => -Math.max(0, rows - ROWS_SHOWN) * ROW;
const uncovered = (rows: number) => Math.min(rows, ROWS_SHOWN) * ROW;

/** Two movements, both in steps: a curtain goes down until the screen is full, then the rows go up. */
function style(steps: readonly Step[], roundMs: number): string {
  const rows = steps.at(-1)?.rows ?? 0;
  const moves = (name: string, offset: (rows: number) => number) => {
    const frames = steps
      .filter(({ atMs }, index) => steps[index + 1]?.atMs !== atMs)
      .map((step) => ({ at: (step.atMs / roundMs) * 100, y: offset(step.rows) }))
      .filter(({ y }, index, list) => index === 0 || list[index - 1]?.y !== y)
      .map(({ at, y }) => `${at.toFixed(3)}%{transform:translateY(${y}px)}`);
    return `@keyframes ${name}{${frames.join('')}}
.${name}{transform:translateY(${offset(rows)}px);animation:${name} ${roundMs}ms step-end infinite}`;
  };
  return `<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;fill:#d1d7e0;white-space:pre}
.bold{fill:#fff;font-weight:700}.cyan{fill:#76e3ea}.dim{fill:#9198a1}.green{fill:#56d364}.red{fill:#ff7b72}
${moves('rows', scrolled)}
${moves('curtain', uncovered)}
@media (prefers-reduced-motion:reduce){.rows,.curtain{animation:none}}
</style>`;
}

function head({ title, description }: Caption): string[] {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
  ];
}

function frame({ command }: Caption): string[] {
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${20 + index * 20}" cy="18" r="6" fill="${fill}"/>`,
  );
  return [
    `<rect x=".5" y=".5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" fill="${BACKGROUND}" stroke="#3d444d"/>`,
    ...lights,
    `<text class="dim" x="${WIDTH / 2}" y="22" text-anchor="middle">${escaped(command)}</text>`,
  ];
}

function screen(texts: readonly string[]): string[] {
  const box = `x="1" y="${TOP}" width="${WIDTH - 2}"`;
  const height = ROWS_SHOWN * ROW;
  return [
    `<clipPath id="screen"><rect ${box} height="${height}"/></clipPath>`,
    '<g clip-path="url(#screen)">',
    // For browsers that do not know white-space in SVG.
    '<g class="rows" xml:space="preserve">',
    ...texts,
    '</g>',
    `<rect class="curtain" ${box} height="${height}" fill="${BACKGROUND}"/>`,
    '</g>',
    '</svg>',
  ];
}

/** A line that is empty needs no element. */
function textElement([first = [], ...more]: readonly Line[], row: number): string {
  if (first.length === 0) return '';
  const x = LEFT + INDENT_COLUMNS * COLUMN;
  const rest = more.map(
    (spans) => `<tspan x="${x}" dy="${ROW}">${spans.map(spanElement).join('')}</tspan>`,
  );
  const y = TOP + row * ROW + BASELINE;
  return `<text x="${LEFT}" y="${y}">${first.map(spanElement).join('')}${rest.join('')}</text>`;
}

function spanElement({ text, style: name }: Span): string {
  return name === undefined ? escaped(text) : `<tspan class="${name}">${escaped(text)}</tspan>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text between tags (XML 1.0, 2.4); the two characters that XML has not are replaced. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
