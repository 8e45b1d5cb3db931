export interface BenchArguments {
  /** Of the benchmarks to run; none with --render. */
  readonly names: readonly string[];
  /** Whether README, RESULTS.md and results.json are written. */
  readonly write: boolean;
}

/**
 * `[NAME…] [--write]`, without a name all of them; or `--render`, which measures nothing and writes the pages from what
 * was measured last. Pure.
 * @throws Error that names the argument and what can be written
 */
export function benchArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  if (args.length === 1 && args[0] === '--render') return { names: [], write: true };
  const names = args.filter((arg) => arg !== '--write');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no benchmark "${unknown}": write ${known.join(', ')}, --write, or --render alone`,
    );
  }
  const wanted = names.length === 0 ? known : known.filter((name) => names.includes(name));
  return { names: wanted, write: args.includes('--write') };
}
