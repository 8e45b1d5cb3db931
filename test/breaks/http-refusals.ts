import type { Break } from './break.ts';

const REFUSALS = 'test/integration/http-refusals.test.ts';
const ALL = 'the local API answers whatever is refused like the deployed one';

/** What no function is asked about. */
export const HTTP_REFUSALS: readonly Break[] = [
  {
    name: 'one-answer-per-connection',
    guarantee: 'what is no HTTP is answered also behind a good request on its connection',
    file: 'localstack/http-listener.ts',
    find: 'socket._httpMessage?.headersSent === true',
    replace: 'socket.bytesWritten > 0',
    test: {
      file: REFUSALS,
      name: `${ALL} > behind a good request: a method that HTTP does not have`,
    },
  },
  {
    name: 'expectation-without-words',
    guarantee: 'an Expect that nobody knows is refused with a remedy',
    file: 'localstack/http-listener.ts',
    find: "listener.on('checkExpectation',",
    replace: "listener.on('checkNothing',",
    test: { file: REFUSALS, name: `${ALL} > on a new connection: an Expect that nobody knows` },
  },
  {
    name: 'connect-without-words',
    guarantee: 'a CONNECT is answered',
    file: 'localstack/http-listener.ts',
    find: "listener.on('connect',",
    replace: "listener.on('checkNothing',",
    test: { file: REFUSALS, name: `${ALL} > on a new connection: CONNECT` },
  },
  {
    name: 'fault-of-the-host-is-ours',
    guarantee: 'a Host that is none is the client’s fault',
    file: 'localstack/http-server.ts',
    find: 'if (refused !== undefined) throw refused;',
    replace: '',
    test: { file: REFUSALS, name: `${ALL} > on a new connection: a Host that is none` },
  },
  {
    name: 'missing-host-without-words',
    guarantee: 'a missing Host is named',
    file: 'localstack/http-listener.ts',
    find: '{ requireHostHeader: false }',
    replace: '{ requireHostHeader: true }',
    test: { file: REFUSALS, name: `${ALL} > on a new connection: no Host` },
  },
  {
    name: 'form-as-bad-json',
    guarantee: 'a body of another type is told which one, and which one to send',
    file: 'lib/lambda/http-request.ts',
    find: "trimmed === '' || isJson ? undefined",
    replace: "trimmed !== '' || isJson ? undefined",
    test: { file: REFUSALS, name: `${ALL} > a form, as curl -F sends it` },
  },
  {
    name: 'only-what-is-called-json',
    guarantee: 'JSON is taken whatever its type says (curl -d calls it a form)',
    file: 'lib/lambda/http-request.ts',
    find: '    return JSON.parse(utf8.decode(bytes));',
    replace:
      "    if (otherTypeOf(event.headers['content-type'])) throw new SyntaxError('a form');\n    return JSON.parse(utf8.decode(bytes));",
    test: {
      file: 'test/unit/lambda/http-request.test.ts',
      name: 'a body > that is JSON is taken whatever its type says: curl -d calls it a form',
    },
  },
];
