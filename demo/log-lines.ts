/** One JSON log line of a function, as far as the demo looks at it. */
export interface LogLine {
  readonly message: string;
  readonly orderId: string | undefined;
  /** When the attempt failed, epoch ms; undefined where the line is about something else. */
  readonly failedAtMs: number | undefined;
}

/** Undefined where the text is no log line. Never throws. */
export function parseLogLine(text: string): LogLine | undefined {
  try {
    const { message, orderId, failedAtMs } = JSON.parse(text) as Record<string, unknown>;
    if (typeof message !== 'string') return undefined;
    return {
      message,
      orderId: typeof orderId === 'string' ? orderId : undefined,
      failedAtMs: typeof failedAtMs === 'number' ? failedAtMs : undefined,
    };
  } catch {
    return undefined;
  }
}
