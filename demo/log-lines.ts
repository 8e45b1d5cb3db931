/** One JSON log line of a function, as far as the demo looks at it. */
export interface LogLine {
  readonly message: string;
  readonly orderId: string | undefined;
  readonly timestampMs: number;
}

/** Undefined where the text is no log line. Never throws. */
export function parseLogLine(text: string): LogLine | undefined {
  try {
    const { message, orderId, timestamp } = JSON.parse(text) as Record<string, unknown>;
    if (typeof message !== 'string') return undefined;
    const timestampMs = Date.parse(String(timestamp));
    return { message, orderId: typeof orderId === 'string' ? orderId : undefined, timestampMs };
  } catch {
    return undefined;
  }
}
