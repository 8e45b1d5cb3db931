import { parseArgs } from 'node:util';
import { UsageError, usageErrorOf } from './command.ts';

export const TAIL_HELP = `Shows the records of a topic as they come: partition, offset, time, key, headers, value. Joins no consumer group.

  npm run tail -- order-events                                    what comes from now on; Ctrl-C ends it
  npm run tail -- order-events-dlq --from-beginning               what is there already, too
  npm run tail -- order-events-dlq --from-beginning --limit 1     one record, and out
  npm run tail -- order-events-retry-1s --from-beginning --no-wait    only what is there already

Text is shown with its control characters written out (\\n, \\x1b), anything that is no UTF-8 as base64.
The brokers are those of the local stack that is up (npm start), or KAFKA_BROKERS.
`;

export type TailArguments =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'tail';
      readonly topic: string;
      readonly fromBeginning: boolean;
      /** End where nothing more is there. */
      readonly wait: boolean;
      /** ≥ 1; infinite where none is set. */
      readonly limit: number;
    };

/**
 * Reads the command line.
 * @throws UsageError
 */
export function parseTailArguments(args: readonly string[]): TailArguments {
  const { values, positionals } = parse(args);
  if (values.help === true) return { kind: 'help' };
  const [topic, ...more] = positionals;
  if (topic === undefined || topic === '') throw new UsageError('Name the topic to show');
  if (more.length > 0) throw new UsageError(`One topic at a time: ${more.join(' ')} is too much`);
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
  if (values.limit !== undefined && !/^[1-9]\d{0,8}$/.test(values.limit)) {
    throw new UsageError(`--limit is "${values.limit}": write a whole number from 1 on`);
  }
  return {
    kind: 'tail',
    topic,
    limit,
    fromBeginning: values['from-beginning'] === true,
    wait: values['no-wait'] !== true,
  };
}

/** What to say where nothing may come for a long time; undefined where it ends by itself. Pure. */
export function waitingText({
  topic,
  fromBeginning,
  wait,
}: Extract<TailArguments, { kind: 'tail' }>): string | undefined {
  if (!wait) return undefined;
  return fromBeginning
    ? `Showing ${topic} from its beginning, then what comes; Ctrl-C ends it.`
    : `Waiting for new records on ${topic}; --from-beginning shows those that are there. Ctrl-C ends it.`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'from-beginning': { type: 'boolean' },
        limit: { type: 'string' },
        'no-wait': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw usageErrorOf(error);
  }
}
