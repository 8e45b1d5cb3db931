import type { TestStack } from '../test/support/test-stack.ts';
import type { Spread } from './spread.ts';

/** One line of the table. */
export interface Line {
  readonly figure: string;
  readonly unit: 'µs' | 'ms' | 's' | 'KB' | 'MB' | '×' | 'records' | 'records/s' | '%';
  readonly spread: Spread;
  /** To reach: at most this, or at least that; both left out: it stands there to compare with. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a benchmark is given. */
export interface Bench {
  /**
   * A broker and a DynamoDB stand-in, new and empty, and the packaged functions. The one before is stopped: what one
   * measurement leaves behind must not slow the next.
   */
  readonly stack: () => Promise<TestStack>;
  /** Progress, for whoever waits. */
  readonly say: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  /** What is measured, and how: stands in the results, word for word. */
  readonly method: string;
  readonly run: (bench: Bench) => Promise<readonly Line[]>;
}
