/** Fields of a log line; names: docs/contracts.md. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured log. Nothing is thrown. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  critical(message: string, fields?: LogFields): void;
}
