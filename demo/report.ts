import type { Line, Span } from './line.ts';

/** Tells on the terminal what happens, checks what it shows, and remembers what differed. */
export interface Report {
  /** A scene begins. */
  scene(title: string): void;
  /** Something happened. */
  tell(text: string): void;
  /** A claim: shown with its outcome. */
  check(claim: string, holds: boolean, detail?: string): void;
  /** Lines of text as they are, e.g. JSON. */
  show(text: string): void;
  readonly failures: readonly string[];
  readonly checks: number;
}

/**
 * @param write takes whole lines
 * @param elapsedMs time since the demo began
 */
export function createReport(write: (line: Line) => void, elapsedMs: () => number): Report {
  const failures: string[] = [];
  let checks = 0;
  const at = (): Span => ({
    text: `${(elapsedMs() / 1000).toFixed(1).padStart(5)} s `,
    style: 'dim',
  });
  return {
    failures,
    get checks() {
      return checks;
    },
    scene(title) {
      write([]);
      write([{ text: title, style: 'bold' }]);
    },
    tell: (text) => write([at(), { text: ` ${text}` }]),
    show: (text) =>
      text
        .split('\n')
        .forEach((line) => write([{ text: '         ' }, { text: line, style: 'cyan' }])),
    check(claim, holds, detail = '') {
      checks += 1;
      if (!holds) failures.push(detail === '' ? claim : `${claim} (${detail})`);
      const mark: Span = holds
        ? { text: '✓', style: 'green' }
        : { text: '✗ NOT SO:', style: 'red' };
      const why = !holds && detail !== '' ? ` — ${detail}` : '';
      write([at(), { text: ' ' }, mark, { text: ` ${claim}${why}` }]);
    },
  };
}
