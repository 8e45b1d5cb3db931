/** Time as the flows see it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Resolves after `delayMs` (≥ 0), or early when the signal aborts. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `work` once, after `delayMs` (≥ 0); `work` throws nothing.
   * @returns what calls it off; after the call it does nothing
   */
  after(delayMs: number, work: () => void): () => void;
}
