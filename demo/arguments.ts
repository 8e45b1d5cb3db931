import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError, usageErrorOf } from '../cli/command.ts';

export const DEMO_HELP = `npm run demo
npm run demo -- --packaged --record FILE.svg

Starts a local stack of its own (real Kafka, DynamoDB stand-in, HTTP API, event source mappings), plays the scenarios
through HTTP as a person would, checks what it shows, and cleans up. Exit code 0: everything was as it should be.
It disturbs no stack that runs already, and leaves nothing behind.

  --packaged          on the zips that serverless package makes
  --record FILE.svg   writes what was shown as a picture that moves, once everything was as it should be;
                      it takes the place of a file that is there`;

export interface DemoPlay {
  readonly kind: 'play';
  readonly record: string | undefined;
  readonly packaged: boolean;
}

export type DemoArguments = { readonly kind: 'help' } | DemoPlay;

/**
 * Reads the command line, and looks whether the picture can be written where it shall be.
 * @throws UsageError
 */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { help, record, packaged = false } = parse(args);
  if (help === true) return { kind: 'help' };
  if (record !== undefined) checkFile(record);
  return { kind: 'play', record, packaged };
}

function parse(args: readonly string[]) {
  const options = {
    help: { type: 'boolean', short: 'h' },
    packaged: { type: 'boolean' },
    record: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usageErrorOf(error);
  }
}

function checkFile(file: string): void {
  if (!/[^/]\.svg$/.test(file)) {
    throw new UsageError(
      `--record "${file}" names no SVG file: write one that ends in .svg, e.g. docs/demo.svg`,
    );
  }
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(
      `--record ${file}: there is no folder ${folder}: make it, or name another`,
    );
  }
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) {
    throw new UsageError(`--record ${file} is a folder: name a file`);
  }
  const touched = there === undefined ? folder : file;
  try {
    accessSync(touched, constants.W_OK);
  } catch {
    throw new UsageError(`--record ${file}: ${touched} is read-only: name another, or allow it`);
  }
}
