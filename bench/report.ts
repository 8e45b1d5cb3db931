import type { Line } from './figure.ts';
import type { Result } from './results.ts';

const BEGIN = '<!-- figures: written by `npm run bench -- --write` -->';
const END = '<!-- end of figures -->';

/** Undefined where there is nothing to reach. */
export function isReached({ spread, atMost, atLeast }: Line): boolean | undefined {
  if (atLeast !== undefined) return spread.median >= atLeast;
  return atMost === undefined ? undefined : spread.median <= atMost;
}

/** Three digits that count; none behind the point where there are more before it. Pure. */
export function shownNumber(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(digits, 2))));
}

/** The table of all figures, padded as a formatter would do it. Pure. */
export function figuresTable(results: readonly Result[]): string {
  const rows = results
    .flatMap(({ lines }) => lines)
    .map((line) => {
      const { figure, unit, spread } = line;
      const isOne = spread.low === spread.high;
      const range = isOne ? '' : `${shownNumber(spread.low)} – ${shownNumber(spread.high)}`;
      const reached = isReached(line);
      return [
        figure,
        withUnit(spread.median, unit),
        range,
        toReach(line),
        reached === undefined ? '' : reached ? 'yes' : '**no**',
      ];
    });
  return table([['figure', 'median', 'spread', 'to reach', 'reached'], ...rows]);
}

function toReach({ unit, atMost, atLeast }: Line): string {
  if (atLeast !== undefined) return `≥ ${withUnit(atLeast, unit)}`;
  if (atMost === undefined) return '';
  return atMost === 0 ? 'none' : `≤ ${withUnit(atMost, unit)}`;
}

function withUnit(value: number, unit: Line['unit']): string {
  if (unit === 'records') return value === 0 ? 'none' : shownNumber(value);
  return `${shownNumber(value)} ${unit}`;
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.map(lineOf)].join(
    '\n',
  );
}

/** bench/RESULTS.md. @param reasons by figure: why it was not reached. Pure. */
export function resultsPage(
  results: readonly Result[],
  reasons: Readonly<Record<string, string>>,
): string {
  const sections = results.map(({ name, method, surroundings, lines }) => {
    const { date, commit, machine, versions, loadBefore } = surroundings;
    const missed = lines
      .filter((line) => isReached(line) === false)
      .map(({ figure }) => `**${figure}** was not reached. ${reasons[figure] ?? 'Not known why.'}`);
    return [
      `## ${name}`,
      method,
      figuresTable([{ name, method, surroundings, lines }]),
      ...missed,
      `Measured ${date} UTC at ${commit}; ${machine}; ${versions}; load average before it ${loadBefore}; samples: ${samplesOf(lines)}.`,
    ].join('\n\n');
  });
  return `# Results\n\nWritten by \`npm run bench -- --write\`; a test compares this page and the README's table with \`results.json\`. "Spread": where the middle nine tenths of the samples lie, or all of them where they are fewer than 20. A load average above the number of cores says that others had their share of the machine.\n\n${sections.join('\n\n')}\n`;
}

function samplesOf(lines: readonly Line[]): string {
  return [...new Set(lines.map(({ spread }) => spread.samples))].join(', ');
}

/** The page with the table between the markers replaced. @throws Error where the markers are missing. Pure. */
export function withFigures(page: string, results: readonly Result[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(
      `The README has no lines "${BEGIN}" and "${END}": put them where the table goes`,
    );
  }
  return `${before}${BEGIN}\n\n${figuresTable(results)}\n\n${loadText(results)}\n\n${END}${after}`;
}

function loadText(results: readonly Result[]): string {
  const loads = results.map(({ surroundings }) => surroundings.loadBefore);
  const range = `${Math.min(...loads)} to ${Math.max(...loads)}`;
  return `Load average of the machine before each: ${range}; above its number of cores it was not alone.`;
}
