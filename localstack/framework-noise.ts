import { stripVTControlCharacters } from 'node:util';

/**
 * What serverless and serverless-offline say at every start and every request, which the addresses and the events say
 * better. Anything that is not in here is shown: a warning is never lost.
 */
const NOISE: readonly RegExp[] = [
  /^\s*$/,
  /^\s*[┌│└├]/,
  /^Starting Offline at stage /,
  /^Offline \[http for lambda\] listening on /,
  /^Function names exposed for local invocation/,
  /^\s+\* \S+: \S+$/,
  /^Server ready: /,
  /^(?:ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ \(λ: /,
  /^\(λ: [^)]+\) RequestId: /,
];

/** Whether a line of the framework tells a person nothing, coloured (FORCE_COLOR) or not. Pure, total. */
export function isFrameworkNoise(line: string): boolean {
  const text = stripVTControlCharacters(line);
  return NOISE.some((pattern) => pattern.test(text));
}
