import { join } from 'node:path';

/** The vitest projects of a test run; those of one group share a broker and run one after the other. */
export type TestGroup = readonly string[];

/** Groups that run side by side: what they share is the machine alone, and mostly they wait. */
export type TestStage = readonly TestGroup[];

const STAGES: readonly TestStage[] = [
  [['unit', 'architecture']],
  [['contract', 'integration'], ['e2e']],
];
const SLOW: readonly TestStage[] = [[['other-behaviour']], [['slow']]];
const DEPLOY: readonly TestStage[] = [[['deploy']]];

/** Which stages run for a command line, one after the other, and what goes to vitest of it. Pure. */
export function stagesOf(args: readonly string[]): {
  readonly stages: readonly TestStage[];
  readonly more: readonly string[];
} {
  const flags = ['--full', '--deploy'];
  const stages = args.includes('--full') ? [...STAGES, ...SLOW] : STAGES;
  return {
    stages: args.includes('--deploy') ? DEPLOY : stages,
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
