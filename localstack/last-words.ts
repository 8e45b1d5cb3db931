import { stripVTControlCharacters } from 'node:util';

const LINES_MAX = 12;
const LINE_CHARS_MAX = 500;
const STACK_LINES_MAX = 3;

/** Kafka's `2026-11-24 17:12:14.986 [main] WARN …` and Maven's `[ERROR] …`. */
const LEVEL =
  /^(?:\d{4}-\d\d-\d\d [\d:.,]+ \[.*?\] |\[)(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b/;
/** How Maven ends whatever went wrong. */
const BOILERPLATE =
  /^\[ERROR\]\s*(?:$|To see the full stack trace|Re-run Maven|For more information about|\[Help \d+\] http|After correcting the problems)/;

/**
 * Of a log, what tells why it ended: the last warnings and errors, each with the first lines of its stack, and what has no
 * level at all (a Java that does not start, a crash). Where there is nothing of the kind, simply the last lines. Pure, total.
 */
export function lastWords(log: string): readonly string[] {
  const lines = log
    .split('\n')
    .map((line) => stripVTControlCharacters(line).trimEnd())
    .filter((line) => line !== '');
  const telling = tellingLines(lines);
  return (telling.length > 0 ? telling : lines).slice(-LINES_MAX).map(clip);
}

function tellingLines(lines: readonly string[]): string[] {
  let isTelling = false;
  let stackLines = 0;
  return lines.filter((line) => {
    const level = LEVEL.exec(line)?.[1];
    if (level !== undefined || !/^\s/.test(line)) {
      isTelling = isAlarm(level) && !BOILERPLATE.test(line);
      stackLines = 0;
    } else if (/^\s+(?:at |\.\.\. \d+ )/.test(line)) {
      stackLines += 1;
    }
    return isTelling && stackLines <= STACK_LINES_MAX;
  });
}

/** A line without a level was not logged: something else wrote it, and that is rare. */
function isAlarm(level: string | undefined): boolean {
  return level === undefined || ['WARN', 'WARNING', 'ERROR', 'FATAL'].includes(level);
}

function clip(line: string): string {
  return line.length <= LINE_CHARS_MAX ? line : `${line.slice(0, LINE_CHARS_MAX)} …`;
}
