import { styleText } from 'node:util';

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
export function createReport(write: (line: string) => void, elapsedMs: () => number): Report {
  const failures: string[] = [];
  let checks = 0;
  const at = () => styleText('dim', `${(elapsedMs() / 1000).toFixed(1).padStart(5)} s `);
  return {
    failures,
    get checks() {
      return checks;
    },
    scene: (title) => write(`\n${styleText('bold', title)}`),
    tell: (text) => write(`${at()} ${text}`),
    show: (text) =>
      text.split('\n').forEach((line) => write(`         ${styleText('cyan', line)}`)),
    check(claim, holds, detail = '') {
      checks += 1;
      if (!holds) failures.push(detail === '' ? claim : `${claim} (${detail})`);
      const mark = holds ? styleText('green', '✓') : styleText('red', '✗ NOT SO:');
      write(`${at()} ${mark} ${claim}${!holds && detail !== '' ? ` — ${detail}` : ''}`);
    },
  };
}
