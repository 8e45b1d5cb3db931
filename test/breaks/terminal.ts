import type { Break } from './break.ts';

const WORDS = 'test/unit/localstack/last-words.test.ts';

/** What a person sees. */
export const TERMINAL: readonly Break[] = [
  {
    name: 'noise-instead-of-the-cause',
    guarantee:
      'of a server that died its warnings and errors are shown, not what it said all along',
    file: 'localstack/last-words.ts',
    find: 'return isTelling && stackLines <= STACK_LINES_MAX;',
    replace: 'return isTelling || stackLines <= STACK_LINES_MAX;',
    test: {
      file: WORDS,
      name: 'lastWords > are the warnings and errors, with the first lines of each stack, whatever was logged around them',
    },
  },
  {
    name: 'words-of-a-former-start',
    guarantee: 'a server that died is not charged with what an earlier one said',
    file: 'localstack/log-tail.ts',
    find: 'return at === -1 ? text',
    replace: 'return at !== 0 ? text',
    test: {
      file: 'test/unit/localstack/log-tail.test.ts',
      name: 'tells what was logged since the last start, indented',
    },
  },
  {
    name: 'frames-in-a-pipe',
    guarantee: 'piped, nothing of the framework is shown either',
    file: 'localstack/output.ts',
    find: 'if (!isFrameworkNoise(line))',
    replace: 'if (!stdout.isTTY || !isFrameworkNoise(line))',
    test: {
      file: 'test/unit/localstack/output.test.ts',
      name: 'piped > stdout has the functions’ log lines as they are; everything else goes to stderr, but for noise',
    },
  },
  {
    name: 'a-port-told-twice',
    guarantee: 'a port that two want is told once',
    file: 'localstack/preflight.ts',
    find: 'return port !== 0 && others.length > 0',
    replace: 'return port !== 0 && others.length > 9',
    test: {
      file: 'test/unit/localstack/preflight.test.ts',
      name: 'problemsOf > one taken port for two, told once: cause and remedy',
    },
  },
  {
    name: 'a-folder-as-a-stack-trace',
    guarantee: 'a folder that cannot be written is named, with a remedy',
    file: 'localstack/process-record.ts',
    find: '  } catch (error) {\n    throw unwritable(dirname(file), error);\n  }\n  const self',
    replace: '  } catch (error) {\n    throw error;\n  }\n  const self',
    test: {
      file: 'test/unit/localstack/process-record.test.ts',
      name: 'claim > says so where its folder cannot be made, and what to do',
    },
  },
  {
    name: 'fetch-in-silence',
    guarantee: 'the first start is never silent for ten seconds',
    file: 'localstack/progress.ts',
    find: 'const SAY_FETCH_EVERY_MS = 2_000;',
    replace: 'const SAY_FETCH_EVERY_MS = 20_000;',
    test: {
      file: 'test/unit/localstack/progress.test.ts',
      name: 'says at once that it fetches, then every other second, and at the end how many jars there are',
    },
  },
  {
    name: 'start-in-silence',
    guarantee: 'a broker that takes long to start is never waited for in silence',
    file: 'localstack/progress.ts',
    find: 'const SAY_WAIT_EVERY_MS = 5_000;',
    replace: 'const SAY_WAIT_EVERY_MS = 50_000;',
    test: {
      file: 'test/unit/localstack/progress.test.ts',
      name: 'says every five seconds that it waits, until it does no more',
    },
  },
  {
    name: 'busy-in-silence',
    guarantee: 'a start on a busy machine is never silent for ten seconds',
    file: 'localstack/progress.ts',
    find: 'if (nowMs() - heardMs < SAY_WAIT_EVERY_MS) return;',
    replace: 'if (nowMs() - startedMs > SAY_WAIT_EVERY_MS) return;',
    test: {
      file: 'test/unit/localstack/progress.test.ts',
      name: 'says that it is still starting where nobody else said anything for five seconds',
    },
  },
  {
    name: 'echo-of-one-ctrl-c',
    guarantee: 'one Ctrl-C is not answered as if it were two',
    file: 'localstack/stop-words.ts',
    find: 'return sinceMs < ECHO_MS',
    replace: 'return sinceMs > ECHO_MS',
    test: {
      file: 'test/unit/localstack/stop-words.test.ts',
      name: 'one Ctrl-C is one, although npm passes it on; a later one is told that it goes on',
    },
  },
  {
    name: 'tail-in-silence',
    guarantee: 'npm run tail says what it waits for',
    file: 'cli/tail-arguments.ts',
    find: 'if (!wait) return undefined;',
    replace: 'if (!wait || !fromBeginning) return undefined;',
    test: {
      file: 'test/unit/cli/tail-arguments.test.ts',
      name: "[ 't' ]: nobody waits in silence",
    },
  },
  {
    name: 'brokers-unread',
    guarantee: 'a KAFKA_BROKERS that is no list of brokers is refused by name',
    file: 'cli/brokers.ts',
    find: 'return [...parseConfig({ KAFKA_BROKERS: text }).brokers];',
    replace: "return parseConfig({}).brokers.concat(text.split(', '));",
    test: {
      file: 'test/unit/cli/brokers.test.ts',
      name: 'a KAFKA_BROKERS that is no list of brokers is refused before anything is asked',
    },
  },
  {
    name: 'no-tests-is-success',
    guarantee: 'a group of tests that finds none fails',
    file: 'test/support/test-groups.ts',
    find: "...(isFiltered ? ['--passWithNoTests'] : []),",
    replace: "...(isFiltered ? [] : []), '--passWithNoTests',",
    test: {
      file: 'test/unit/support/test-groups.test.ts',
      name: 'npm test > fails where a group finds no tests',
    },
  },
  {
    name: 'colours-all-the-same',
    guarantee: 'NO_COLOR is honoured',
    file: 'localstack/output.ts',
    find: 'stdout.isTTY && stdout.hasColors();',
    replace: 'stdout.isTTY;',
    test: {
      file: 'test/unit/localstack/output.test.ts',
      name: 'at a terminal > has no colours where the environment says NO_COLOR',
    },
  },
  {
    name: 'colours-in-every-line',
    guarantee: 'an event line has colours only where they are wanted',
    file: 'localstack/event-line.ts',
    find: 'colour ? styleText(style, text, { validateStream: false }) : text;',
    replace: 'styleText(style, text, { validateStream: false });',
    test: {
      file: 'test/unit/localstack/event-line.test.ts',
      name: 'eventLine > is total, shows no control character without colours, and stays short',
    },
  },
  {
    name: 'raw-control-characters',
    guarantee: 'no control character of a record reaches the terminal',
    file: 'localstack/event-line.ts',
    find: "return printableUpTo(typeof value === 'string' ? value : JSON.stringify(value), TEXT_CHARS_MAX);",
    replace:
      "return (typeof value === 'string' ? value : printableUpTo(JSON.stringify(value), TEXT_CHARS_MAX)).slice(0, TEXT_CHARS_MAX);",
    test: {
      file: 'test/unit/localstack/event-line.test.ts',
      name: 'eventLine > writes control characters of any field out, and keeps its own colours',
    },
  },
  {
    name: 'header-order-of-the-options',
    guarantee: 'npm run produce keeps headers in their order, duplicates too',
    file: 'cli/produce-arguments.ts',
    find: "=> name === 'header' || name === 'header-base64')",
    replace:
      "=> name === 'header' || name === 'header-base64').toSorted((a, b) => a.name.localeCompare(b.name))",
    test: {
      file: 'test/unit/cli/produce-arguments.test.ts',
      name: 'parseProduceArguments > keeps headers in order: duplicates, empty, without value, bytes, odd names',
    },
  },
  {
    name: 'half-base64',
    guarantee: 'npm run produce writes the bytes that were said, or refuses',
    file: 'cli/produce-arguments.ts',
    find: "if (bytes.toString('base64').replace(/=+$/, '') !== plain) {",
    replace: "if (bytes.length === 0 && plain !== '') {",
    test: {
      file: 'test/unit/cli/produce-arguments.test.ts',
      name: "parseProduceArguments > refuses [ '--value-base64', 'x y' ]",
    },
  },
  {
    name: 'one-of-two-values',
    guarantee: 'npm run produce takes one value, and says so',
    file: 'cli/produce-arguments.ts',
    find: 'if (value === undefined || given.length > 1) {',
    replace: 'if (value === undefined) {',
    test: {
      file: 'test/unit/cli/produce-arguments.test.ts',
      name: "parseProduceArguments > refuses [ '--value', 'a', '--value', 'b' ]",
    },
  },
  {
    name: 'null-is-empty',
    guarantee: 'npm run produce tells a record without value from an empty one',
    file: 'cli/produce-arguments.ts',
    find: 'given.push(...values.null.map(() => null));',
    replace: 'given.push(...values.null.map(() => Buffer.alloc(0)));',
    test: {
      file: 'test/unit/cli/produce-arguments.test.ts',
      name: "parseProduceArguments > [ '--null' ]",
    },
  },
];
