/** One Ctrl-C comes twice: from the terminal, and from npm, which passes it on. */
const ECHO_MS = 300;

/**
 * What to say at each signal to stop.
 * @param nowMs any clock that only goes forward
 * @returns for one signal the text, or undefined where it is the echo of the one before
 */
export function createStopWords(nowMs: () => number): () => string | undefined {
  let lastMs: number | undefined;
  return () => {
    const sinceMs = lastMs === undefined ? undefined : nowMs() - lastMs;
    lastMs = nowMs();
    if (sinceMs === undefined) return '\nStopping …';
    return sinceMs < ECHO_MS ? undefined : 'Still stopping: what is under way is finished first.';
  };
}
