// The runtime inside an execution environment: asks the Runtime API for the next invocation, calls the handler, answers.
// Plain JavaScript, because it is part of every cold start.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import http from 'node:http';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

// The parent holds the other end of descriptor 3. When it is gone, however it went, so is this process: a thread of its
// own notices even while a handler blocks the event loop.
const LIFELINE = `
  const socket = new (require('node:net').Socket)({ fd: 3, readable: true, writable: false });
  const end = () => process.kill(process.pid, 'SIGKILL');
  socket.on('end', end).on('close', end).on('error', end).resume();`;
new Worker(LIFELINE, { eval: true, env: {}, execArgv: [] }).unref();

const [host, port] = String(process.env.AWS_LAMBDA_RUNTIME_API).split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId;

/** For the REPORT line. */
function usage() {
  return { 'x-peak-memory-mb': Math.ceil(process.resourceUsage().maxRSS / 1024) };
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, method, headers: usage(), path: `/2018-06-01/runtime${path}` },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function describe(error, type = 'Error') {
  const isError = error instanceof Error;
  return JSON.stringify({
    errorType: isError ? error.name : type,
    errorMessage: isError ? error.message : String(error),
    trace: isError ? String(error.stack).split('\n') : [],
  });
}

async function fail(error, type) {
  const path = requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`;
  await call('POST', path, describe(error, type)).catch(() => undefined);
  process.exit(129);
}
process.on('uncaughtException', (error) => {
  console.error(error);
  void fail(error, 'Runtime.UncaughtException');
});
process.on('unhandledRejection', (error) => {
  console.error(error);
  void fail(error, 'Runtime.UnhandledPromiseRejection');
});

async function loadHandler() {
  const target = String(process.env._HANDLER);
  const dot = target.lastIndexOf('.');
  const [base, name] = [target.slice(0, dot), target.slice(dot + 1)];
  const root = String(process.env.LAMBDA_TASK_ROOT);
  const endings = ['', '.js', '.mjs', '.cjs', '.ts'];
  const file = endings.map((ending) => `${root}/${base}${ending}`).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`Cannot find module '${root}/${base}'`);
  const module = await import(pathToFileURL(file).href);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') throw new Error(`${target} is undefined or not exported`);
  return handler;
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

const handler = await loadHandler().catch((error) => {
  console.error(error);
  return fail(error);
});
for (;;) {
  const next = await call('GET', '/invocation/next').catch(() => process.exit(1));
  requestId = next.headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  let [path, body] = ['response', 'null'];
  try {
    body = JSON.stringify(await handler(JSON.parse(next.body), contextOf(next.headers))) ?? 'null';
  } catch (error) {
    console.error(error);
    [path, body] = ['error', describe(error)];
  }
  await call('POST', `/invocation/${requestId}/${path}`, body).catch(() => process.exit(1));
  requestId = undefined;
}
