import { parseArgs } from 'node:util';

export type StartArguments =
  | {
      readonly kind: 'start';
      readonly fresh: boolean;
      /** For `serverless offline start`. */
      readonly serverlessOptions: readonly string[];
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const START_HELP = `Starts the local stack and keeps it up: Kafka, a schema registry, a DynamoDB stand-in, the HTTP API, the event source
mappings.

  npm start                 addresses and a line per event; Ctrl-C stops all of it, data stays
  npm start -- --fresh      the same, on empty data (kafka, schema-registry and dynamodb in .localstack go)
  npm start -- --packaged   the same, on the zips that \`npx serverless package\` made
  npm start -- --inspect process-orders
                            the same; that function waits for a debugger on port 9229
  npm start --silent | jq   piped, stdout holds the functions' JSON log lines (without --silent, npm adds two of its own)

Environment:
  API_PORT (8000), LAMBDA_PORT (3002), KAFKA_PORT (9092), SCHEMA_REGISTRY_PORT (8081), DYNAMODB_PORT (8001):
                    0 takes any free one
  KAFKA_BROKERS     use this Kafka and start none
  KAFKA_HOME        run the Kafka in this folder; otherwise it is fetched with Maven, once
  JAVA_HOME         run it on this Java (17 or newer); otherwise on the one on the PATH
  LOCALSTACK_DIR    where data, logs and endpoints.json lie (.localstack)
  NO_COLOR          no colours
The service's own variables (retry policy, topics): README.md.
`;

/** Reads the command line. Nothing is thrown. */
export function parseStartArguments(args: readonly string[]): StartArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean' },
        packaged: { type: 'boolean' },
        inspect: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    const serverlessOptions = [
      ...(values.packaged === true ? ['--packaged'] : []),
      ...(values.inspect === undefined ? [] : ['--inspect', values.inspect]),
    ];
    return { kind: 'start', fresh: values.fresh === true, serverlessOptions };
  } catch (error) {
    return { kind: 'wrong', message: `${(error as Error).message.split('\n')[0]}` };
  }
}
