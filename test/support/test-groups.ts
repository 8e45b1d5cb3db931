import { join } from 'node:path';

/** The vitest projects of a test run; those of one group share a broker and run one after the other. */
export type TestGroup = readonly string[];

const GROUPS: readonly TestGroup[] = [
  ['unit', 'architecture'],
  ['contract', 'integration'],
  ['e2e'],
];
const SLOW: readonly TestGroup[] = [['slow']];
const DEPLOY: readonly TestGroup[] = [['deploy']];

/** Which groups run for a command line, and what goes to vitest of it. Pure. */
export function groupsOf(args: readonly string[]): {
  readonly groups: readonly TestGroup[];
  readonly more: readonly string[];
} {
  const flags = ['--full', '--deploy'];
  const groups = args.includes('--full') ? [...GROUPS, ...SLOW] : GROUPS;
  return {
    groups: args.includes('--deploy') ? DEPLOY : groups,
    more: args.filter((arg) => !flags.includes(arg)),
  };
}

/**
 * Command line of vitest for one group. A group without tests fails, since a pattern that finds nothing would pass for
 * ever; only where somebody asked for a file is it nothing special that most groups have none of that name. Pure.
 */
export function vitestArguments(
  group: TestGroup,
  more: readonly string[],
  reportFile: string,
): readonly string[] {
  const isFiltered = more.some((arg) => !arg.startsWith('-'));
  return [
    'run',
    ...group.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...(isFiltered ? ['--passWithNoTests'] : []),
    ...more,
  ];
}

/** Where the logs of the brokers of one `npm test` lie. @param run number of its process */
export function testLogDir(projectDir: string, run: number | string): string {
  return join(projectDir, '.localstack', 'test', String(run));
}
