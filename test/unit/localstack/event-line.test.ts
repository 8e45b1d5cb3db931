import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventLine, isLogLine } from '../../../localstack/event-line.ts';

const order = {
  service: 'order-service',
  orderId: 'ORDER-TEST-FAIL-7',
  attempt: 2,
  attemptsMax: 4,
};
const show = (fields: object) => eventLine(JSON.stringify(fields), false);

describe('eventLine', () => {
  it.each([
    {
      fields: {
        ...order,
        level: 'WARN',
        message: 'Will retry order ORDER-TEST-FAIL-7 in 2.1 seconds (retry 2/3)',
        errorType: 'ValueError',
        delayMs: 2134,
      },
      shows: 'ORDER-TEST-FAIL-7  attempt 2/4 failed  ValueError  next in 2.1 s',
    },
    {
      fields: {
        level: 'INFO',
        message: 'Order ORDER-1 processed successfully',
        orderId: 'ORDER-1',
        attempt: 1,
        attemptsMax: 4,
      },
      shows: 'ORDER-1  processed',
    },
    {
      fields: {
        ...order,
        level: 'INFO',
        message: 'Order ORDER-TEST-FAIL-7 processed successfully',
      },
      shows: 'ORDER-TEST-FAIL-7  processed  at attempt 2/4',
    },
    {
      fields: {
        level: 'INFO',
        message: 'Order O-1 accepted',
        orderId: 'O-1',
        topic: 'order-events',
        partition: 2,
        offset: 15,
      },
      shows: 'O-1  accepted  order-events/2 @ 15',
    },
    {
      fields: {
        ...order,
        attempt: 4,
        level: 'ERROR',
        message: 'Max retries (3) exceeded for order ORDER-TEST-FAIL-7. Sending to DLQ...',
        errorType: 'ValueError',
      },
      shows: 'ORDER-TEST-FAIL-7  attempt 4/4 failed  ValueError  no retries left',
    },
    {
      fields: {
        level: 'ERROR',
        message: 'Order Unknown cannot be healed by a retry (undecodable). Sending to DLQ...',
        orderId: 'Unknown',
        attempt: 1,
        attemptsMax: 4,
        errorType: 'JsonError',
        reason: 'undecodable',
      },
      shows: 'Unknown  attempt 1/4 failed  JsonError  no retry heals it (undecodable)',
    },
    {
      fields: {
        level: 'ERROR',
        message:
          'Message sent to DLQ | OrderID: ORDER-TEST-FAIL-7 | Error: ValueError | Retry Count: 3',
        orderId: 'ORDER-TEST-FAIL-7',
        deadLetterId: '9f3c0011',
        reason: 'retries-exhausted',
      },
      shows: 'ORDER-TEST-FAIL-7  → DLQ  id 9f3c0011  retries-exhausted',
    },
    {
      fields: {
        level: 'CRITICAL',
        message: 'Failed to send order ORDER-1 to DLQ. Message will be retried.',
        cause: 'no leader',
        errorType: 'ValueError',
        errorMessage: 'boom',
      },
      shows:
        'CRITICAL  Failed to send order ORDER-1 to DLQ. Message will be retried.  ValueError: boom: no leader',
    },
    {
      fields: { level: 'INFO', message: 'GET /api/dlq/info 200', httpStatus: 200 },
      shows: 'GET /api/dlq/info 200',
    },
    {
      fields: {
        level: 'ERROR',
        message: 'GET /api/dlq/info 503',
        httpStatus: 503,
        errorType: 'AppError',
        errorMessage: 'down',
      },
      shows: 'GET /api/dlq/info 503  AppError: down',
    },
    { fields: { level: 'WARN', message: 'Something new' }, shows: 'WARN  Something new' },
    { fields: { level: 'INFO', message: 'Something new' }, shows: 'Something new' },
  ])('$shows', ({ fields, shows }) => {
    expect(show(fields)).toBe(shows);
  });

  it.each([
    { what: 'metrics', line: '{"_aws":{"Timestamp":1},"RecordsProcessed":1}' },
    { what: 'debug lines', line: '{"level":"DEBUG","message":"Not started"}' },
    {
      what: 'what every new environment says',
      line: '{"level":"WARN","message":"ORDER_FAILURE_SIMULATION is on: …"}',
    },
    { what: 'text', line: 'Server ready' },
    { what: 'half a line', line: '{"level":"INFO","mess' },
    { what: 'JSON that is no object', line: '"Order ORDER-1 processed successfully"' },
    { what: 'nothing', line: '' },
  ])('shows nothing of $what', ({ line }) => {
    expect(eventLine(line, true)).toBeUndefined();
  });

  it('writes control characters of any field out, and keeps its own colours', () => {
    const line = JSON.stringify({
      level: 'WARN',
      message: 'Will retry order x',
      orderId: 'a\u001b]0;title\u0007\nb',
      attempt: 1,
      attemptsMax: 4,
      errorType: 'E\u001b[2J',
      delayMs: 1000,
    });

    expect(eventLine(line, true)).toBe(
      String.raw`a\x1b]0;title\x07\nb  attempt 1/4 ${'\u001b[33mfailed\u001b[39m'}  E\x1b[2J  next in 1.0 s`,
    );
  });

  it('is total, shows no control character without colours, and stays short', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'level',
            'orderId',
            'attempt',
            'errorType',
            'cause',
            'delayMs',
            'topic',
            'reason',
          ),
          value,
        ),
        fc.oneof(
          value,
          fc.constantFrom('Will retry order x', 'Max retries (3)', 'Order x accepted', 'GET / 200'),
        ),
        (fields, message) => {
          const text = show({ ...fields, message });
          expect(text ?? '').not.toMatch(/\p{Cc}/u);
          expect((text ?? '').length).toBeLessThan(8000);
        },
      ),
    );
  });
});

describe('isLogLine', () => {
  it.each([
    { line: '{"level":"INFO","message":"x"}', is: true },
    { line: '{"_aws":{}}', is: true },
    { line: '{"a":1}', is: false },
    { line: '[1]', is: false },
    { line: 'null', is: false },
    { line: '   ┌───', is: false },
  ])('$line: $is', ({ line, is }) => {
    expect(isLogLine(line)).toBe(is);
  });
});
