import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from '../../../lib/lambda/log.ts';

function capture() {
  const stream = new PassThrough();
  const identity = { service: 'order-service', functionName: 'process-orders', requestId: 'r-1' };
  const log = createLog(identity, stream);
  const lines = () =>
    String(stream.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines };
}

it('writes one JSON line per call, whatever the level, to the one stream, in order', () => {
  const { log, lines } = capture();

  log.info('one');
  log.warn('two');
  log.error('three');
  log.critical('four');

  expect(lines().map(({ level, message }) => [level, message])).toEqual([
    ['INFO', 'one'],
    ['WARN', 'two'],
    ['ERROR', 'three'],
    ['CRITICAL', 'four'],
  ]);
});

it('names fields as ours and as OpenTelemetry has them, and says who logs', () => {
  const { log, lines } = capture();

  log.info('Order ORDER-1 processed successfully', {
    topic: 'order-events',
    partition: 3,
    offset: 42,
    attempt: 1,
    orderId: 'ORDER-1',
    deadLetterId: undefined,
  });

  const [line] = lines();
  expect(line).toMatchObject({
    message: 'Order ORDER-1 processed successfully',
    service: 'order-service',
    'service.name': 'order-service',
    functionName: 'process-orders',
    'faas.name': 'process-orders',
    'faas.invocation_id': 'r-1',
    topic: 'order-events',
    'messaging.destination.name': 'order-events',
    partition: 3,
    'messaging.destination.partition.id': '3',
    offset: 42,
    'messaging.kafka.offset': 42,
    attempt: 1,
    orderId: 'ORDER-1',
  });
  expect(line).not.toHaveProperty('deadLetterId');
});

it('gives the ids of a trace beside its traceparent, and nothing for one that is none', () => {
  const { log, lines } = capture();
  const traced = log.withFields({
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });

  traced.info('traced');
  log.info('not traced', { traceparent: 'nonsense' });

  const [first, second] = lines();
  expect(first).toMatchObject({
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    trace_flags: '01',
  });
  expect(second).not.toHaveProperty('trace_id');
});

it('lets a line override a field that stands on every line', () => {
  const { log, lines } = capture();

  log.withFields({ orderId: 'A', attempt: 1 }).info('x', { attempt: 2 });

  expect(lines()[0]).toMatchObject({ orderId: 'A', attempt: 2 });
});

it('leaves out what is unknown or empty, and writes a line without fields', () => {
  const { log, lines } = capture();
  const plain = new PassThrough();

  log.info('x', { offset: 0, partial: false, orderId: null, reason: '', topic: undefined });
  createLog({ service: 'order-service' }, plain).info('y');

  const [line] = lines();
  expect(line).toMatchObject({ offset: 0, partial: false });
  for (const name of ['orderId', 'reason', 'topic']) expect(line).not.toHaveProperty(name);
  expect(JSON.parse(String(plain.read()))).toMatchObject({ level: 'INFO', message: 'y' });
});
