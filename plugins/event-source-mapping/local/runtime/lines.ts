/** Longest line that is passed on whole; what is longer comes in parts, so that memory stays bounded. */
const LINE_LENGTH_MAX = 1024 * 1024;

export interface LineSplitter {
  push(text: string): void;
  /** Passes on what stands after the last line end. */
  end(): void;
}

/** Cuts a stream of text into lines, without their ends. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      while (rest.length >= LINE_LENGTH_MAX) {
        onLine(rest.slice(0, LINE_LENGTH_MAX));
        rest = rest.slice(LINE_LENGTH_MAX);
      }
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
