/** Commits offsets, one request at a time; what is asked for meanwhile goes with the next one. */
export interface Committer {
  request(): void;
  /** Resolves when nothing is left to commit, or after `timeoutMs`. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Commits nothing more. */
  stop(): void;
}

export interface CommitterOptions {
  /** Offsets that may be committed and are not yet. */
  due(): ReadonlyMap<number, number>;
  commit(offsets: ReadonlyMap<number, number>): Promise<void>;
  onCommitted(offsets: ReadonlyMap<number, number>): void;
  /** Called for every failure; it is tried again. */
  onFailed(error: unknown): void;
}

const RETRY_MS = 300;

export function createCommitter(options: CommitterOptions): Committer {
  let running: Promise<void> | undefined;
  let isStopped = false;

  async function run(): Promise<void> {
    for (let offsets = options.due(); offsets.size > 0 && !isStopped; offsets = options.due()) {
      try {
        await options.commit(offsets);
        options.onCommitted(offsets);
      } catch (error) {
        options.onFailed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    running = undefined;
  }

  return {
    request() {
      running ??= Promise.resolve().then(run);
    },
    async flush(timeoutMs) {
      this.request();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([running, timeout]);
      clearTimeout(timer);
    },
    stop() {
      isStopped = true;
    },
  };
}
