/** The trace that a request or record belongs to, as the W3C's two headers have it. */
export interface Trace {
  readonly traceparent: string;
  /** What tracing systems keep of it; never without the `traceparent` that it came with. */
  readonly tracestate?: string;
}
