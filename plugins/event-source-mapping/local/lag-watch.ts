/** Says once that a mapping falls behind, and once that it has caught up. */
export interface LagWatch {
  look(lag: number): void;
}

export interface LagWatchOptions {
  /** Records that may wait. */
  readonly limit: number;
  /** Names the mapping. */
  readonly name: string;
  readonly log: {
    warn(message: string): void;
    info(message: string): void;
  };
}

/** Caught up is half of the limit: a lag that hangs about the limit is told once. */
export function createLagWatch({ limit, name, log }: LagWatchOptions): LagWatch {
  let isBehind = false;
  return {
    look(lag) {
      if (!isBehind && lag > limit) {
        isBehind = true;
        log.warn(`${name} falls behind: ${lag} records wait (limit of this warning: ${limit})`);
      } else if (isBehind && lag <= limit / 2) {
        isBehind = false;
        log.info(`${name} has caught up: ${lag} records wait`);
      }
    },
  };
}
