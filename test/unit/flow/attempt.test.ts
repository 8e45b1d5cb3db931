import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../lib/decide/fingerprint.ts';
import { attemptRecord } from '../../../lib/flow/attempt.ts';
import type { Delivery } from '../../../lib/model/delivery.ts';
import { NonRetriableError } from '../../../lib/model/errors.ts';
import type { Failure } from '../../../lib/model/failure.ts';
import type { AttemptContext, Business, BusinessMessage } from '../../../lib/ports/business.ts';
import * as given from '../../support/builders.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

type Handle = (message: BusinessMessage<string>, context: AttemptContext) => Promise<void>;

const business = (handle: Handle): Business<unknown> => ({
  readId: () => 'ID',
  decode: (value) => {
    const body = Buffer.from(value).toString();
    return body.startsWith('bad') ? { ok: false, message: 'field x is bad' } : { ok: true, body };
  },
  handle: (message, context) => handle(message as BusinessMessage<string>, context),
});

async function attempt(handle: Handle, over: Partial<Delivery> = {}) {
  const clock = createVirtualClock(0);
  const deps = { business: business(handle), clock, processingTimeoutMs: 100 };
  return clock.run(attemptRecord(given.delivery(over), deps));
}

/** Nothing was thrown where it failed: people are not told a function of ours that says nothing. */
function expectNoPlace(failure: Failure | undefined): void {
  const { type, message } = failure!.error;
  expect(fingerprint(failure!.error)).toEqual(fingerprint({ type, message }));
}

const withValue = (value: Uint8Array | null) => ({ record: given.record({ value }) });

describe('attemptRecord', () => {
  it('gives the business the message, its origin and hash, the attempt and the redrive count', async () => {
    const seen: unknown[] = [];
    const state = given.state({ attempt: 3, redrive: { id: 'r', count: 2 } });
    const failure = await attempt(
      async (message, { attempt: number, redriveCount }) => {
        seen.push(message, number, redriveCount);
      },
      { ...withValue(given.bytes('hello')), state },
    );
    expect(failure).toBeUndefined();
    expect(seen).toEqual([
      {
        body: 'hello',
        origin: state.origin,
        valueSha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      },
      3,
      2,
    ]);
  });

  it.each([
    ['TypeError', new TypeError('fetch failed'), { retriable: true }],
    ['a string', 'oops', { retriable: true }],
    ['undefined', undefined, { retriable: true }],
    [
      'NonRetriableError',
      new NonRetriableError('no'),
      { retriable: false, reason: 'non-retriable' },
    ],
  ])('a thrown %s is classified', async (_name, thrown, gives) => {
    expect(await attempt(() => Promise.reject(thrown))).toMatchObject(gives);
    const sync: Handle = () => {
      throw thrown;
    };
    expect(await attempt(sync)).toMatchObject(gives);
  });

  it.each([
    ['no value', withValue(null), 'undecodable'],
    ['bytes that the business cannot read', withValue(given.bytes('bad')), 'undecodable'],
    ['corrupt state', { corruptState: 'is no JSON' }, 'corrupt-retry-state'],
  ])('%s never reaches the business', async (_name, over, reason) => {
    let calls = 0;
    const failure = await attempt(async () => void calls++, over);
    expect(failure).toMatchObject({ retriable: false, reason });
    expect(calls).toBe(0);
    expectNoPlace(failure);
  });

  it('an empty value is a value', async () => {
    let calls = 0;
    await attempt(async () => void calls++, withValue(new Uint8Array()));
    expect(calls).toBe(1);
  });

  it('over its time limit the attempt is a retriable failure, its signal aborts, and what comes later is ignored', async () => {
    let aborted = false;
    const handle: Handle = (_message, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          aborted = true;
          setTimeout(() => reject(new Error('late')), 1);
        }),
      );
    const failure = await attempt(handle);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(failure).toMatchObject({ retriable: true, error: { type: 'ProcessingTimeoutError' } });
    expectNoPlace(failure);
    expect(aborted).toBe(true);
  });
});
