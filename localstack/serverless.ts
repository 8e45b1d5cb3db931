/** The few parts of the framework's object that we touch; osls has no types. */
export default interface Serverless {
  readonly service: {
    readonly provider: { environment?: Record<string, string> };
    custom?: Record<string, Record<string, unknown> | undefined>;
  };
}
