const ignore = (): void => undefined;

/** A logger of kafkajs's kind that says nothing: what fails is told by rejections. */
export const SILENT_LOGGER: object = {
  namespace: () => SILENT_LOGGER,
  info: ignore,
  error: ignore,
  warn: ignore,
  debug: ignore,
};
