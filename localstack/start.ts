/** `npm start`: the local stack, kept up. See START_HELP. */
import { rmSync } from 'node:fs';
import { describeError, LocalError } from './local-error.ts';
import { type Environment } from './paths.ts';
import { claim, reapAbandoned } from './process-record.ts';
import { stackFiles, stackSettings } from './settings.ts';
import { parseStartArguments, START_HELP, type StartArguments } from './start-arguments.ts';
import { supervise } from './supervise.ts';

process.exitCode = await main(process.argv.slice(2), process.env);
// A pipe that nobody reads any more must not keep us.
process.exit();

async function main(args: readonly string[], env: Environment): Promise<number> {
  const parsed = parseStartArguments(args);
  if (parsed.kind === 'help') {
    process.stdout.write(START_HELP);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${parsed.message}\n\n${START_HELP}`);
    return 2;
  }
  try {
    return await start(parsed, env);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    return 1;
  }
}

async function start(
  { fresh, serverlessOptions }: Extract<StartArguments, { kind: 'start' }>,
  env: Environment,
): Promise<number> {
  const { dir, kafkaBrokers } = stackSettings(env);
  if (fresh && kafkaBrokers !== undefined) {
    throw new LocalError(
      `--fresh deletes data, and KAFKA_BROKERS names a Kafka that is not ours (${kafkaBrokers}): nothing was deleted.`,
      'Unset KAFKA_BROKERS, or delete the topics there yourself.',
    );
  }
  const files = stackFiles(dir);
  const text = {
    what: `The local stack in ${dir}`,
    remedy: `Use that one (its addresses are in ${files.endpoints}), or stop it with Ctrl-C in its terminal; a second one beside it needs LOCALSTACK_DIR and ports of its own.`,
  };
  const held = await claim(files.startClaim, text);
  try {
    const owner = await reapAbandoned(files.stackClaim);
    if (owner !== undefined) {
      throw new LocalError(`${text.what} is in use by process ${owner.pid}.`, text.remedy);
    }
    if (fresh) await deleteData(files);
    return await supervise({ env, files, held, serverlessOptions });
  } finally {
    held.release();
  }
}

/** Data and logs; only of this stack, and only after what a killed one left running has been stopped. */
async function deleteData(files: ReturnType<typeof stackFiles>): Promise<void> {
  for (const data of [files.kafkaData, files.registryData, files.dynamodbData]) {
    await reapAbandoned(`${data}.process.json`);
    rmSync(data, { recursive: true, force: true });
  }
  for (const log of [files.kafkaLog, files.registryLog, files.dynamodbLog])
    rmSync(log, { force: true });
}
