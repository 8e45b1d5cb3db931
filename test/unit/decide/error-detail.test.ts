import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as bounds from '../../../lib/decide/error-detail.ts';
import { toErrorDetail, toErrorSummary } from '../../../lib/decide/error-detail.ts';

class ValueError extends Error {
  override readonly name = 'ValueError';
}
class Nameless extends Error {}

describe('the type', () => {
  it.each<[string, unknown, string]>([
    ['the name that a class gives itself', new ValueError('x'), 'ValueError'],
    ['a built-in class', new TypeError('x'), 'TypeError'],
    ['a class that sets no name', new Nameless('x'), 'Nameless'],
    ['an error of another realm', runInNewContext('new RangeError("x")'), 'RangeError'],
    ['an error without a name', Object.assign(new ValueError('x'), { name: '' }), 'ValueError'],
    ['a plain object', { code: 1 }, 'Object'],
    ['an object without prototype', Object.create(null), 'object'],
    ['a text', 'x', 'string'],
    ['null', null, 'object'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('x'), 'symbol'],
  ])('of %s', (_name, thrown, type) => {
    expect(toErrorDetail(thrown).type).toBe(type);
  });
});

describe('the message', () => {
  it.each<[string, unknown, string]>([
    ['an error', new ValueError('broken'), 'broken'],
    ['an error without text', new ValueError(''), ''],
    ['a text', 'broken', 'broken'],
    ['an object with a message', { message: 'broken' }, 'broken'],
    ['an object without one', { code: 7 }, '{ code: 7 }'],
    ['an object with a message that is no text', { message: 7 }, '{ message: 7 }'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['a bigint', 7n, '7n'],
  ])('of %s', (_name, thrown, message) => {
    expect(toErrorDetail(thrown).message).toBe(message);
  });
});

describe('the causes', () => {
  it('are listed outermost first, with the stack of the error itself', () => {
    const error = new ValueError('outer', { cause: new TypeError('middle', { cause: 'inner' }) });
    const detail = toErrorDetail(error);
    expect(detail.stack).toContain('ValueError: outer');
    expect(detail.causes).toEqual([
      { type: 'TypeError', message: 'middle' },
      { type: 'string', message: 'inner' },
    ]);
  });

  it('that lead in a circle are cut off', () => {
    const error = new Error('round');
    error.cause = error;
    expect(toErrorDetail(error).causes).toHaveLength(bounds.ERROR_CAUSES_MAX);
  });
});

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('get');
    },
    getPrototypeOf: () => {
      throw new Error('getPrototypeOf');
    },
    ownKeys: () => {
      throw new Error('ownKeys');
    },
  },
);
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const throwing = {
  get name() {
    throw new Error('name');
  },
  get message() {
    throw new Error('message');
  },
  get cause() {
    throw new Error('cause');
  },
};

it.each<[string, unknown]>([
  ['a proxy that throws at everything', hostile],
  ['a revoked proxy', revoked.proxy],
  ['getters that throw', throwing],
  ['a cause that is a hostile proxy', Object.assign(new Error('x'), { cause: hostile })],
  ['a class', class Broken {}],
])('is total: %s', (_name, thrown) => {
  const detail = toErrorDetail(thrown);
  expect(typeof detail.type).toBe('string');
  expect(typeof detail.message).toBe('string');
});

it('is bounded, and valid Unicode, whatever was thrown', () => {
  const long = '\udc00'.repeat(50_000);
  const error = Object.assign(new Error(long), {
    name: long,
    stack: long,
    cause: { message: long },
  });
  const detail = toErrorDetail(error);
  expect(detail.type.length).toBe(bounds.ERROR_TYPE_CHARS_MAX);
  expect(detail.message.length).toBe(bounds.ERROR_MESSAGE_CHARS_MAX);
  expect(detail.stack?.length).toBe(bounds.ERROR_STACK_CHARS_MAX);
  expect(detail.causes[0]?.message.length).toBe(bounds.CAUSE_MESSAGE_CHARS_MAX);
  expect(JSON.stringify(detail).isWellFormed()).toBe(true);
  expect(toErrorSummary(detail).message.length).toBe(1_024);

  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }),
      (thrown) => {
        const any = toErrorDetail(thrown);
        expect(any.message.length).toBeLessThanOrEqual(bounds.ERROR_MESSAGE_CHARS_MAX);
        expect(any.type.length).toBeLessThanOrEqual(bounds.ERROR_TYPE_CHARS_MAX);
      },
    ),
  );
});
