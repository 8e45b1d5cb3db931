/** One small deliberate fault, and the test that must notice it. */
export interface Break {
  /** For `--only`. */
  readonly name: string;
  /** What nobody could rely on any more. */
  readonly guarantee: string;
  readonly file: string;
  /** Exactly this text, which stands in the file once, … */
  readonly find: string;
  /** … becomes this. */
  readonly replace: string;
  readonly test: {
    readonly file: string;
    /** Titles of its describes and its own, with ` > ` between. */
    readonly name: string;
  };
}
