import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../lib/decide/fingerprint.ts';

const of = (message: string, more: { type?: string; stack?: string } = {}) =>
  fingerprint({ type: 'ValueError', message, ...more });

describe('the title', () => {
  it.each([
    ['Order ORDER-001 has 3 items', 'Order … has … items'],
    ['no customer "C-1" in \'eu west\' or `us`', 'no customer … in … or …'],
    ["it doesn't answer, can't be read", "it doesn't answer, can't be read"],
    ['connect ECONNREFUSED 10.0.0.17:9098', 'connect ECONNREFUSED …'],
    ['request c6af9ac6-7b61-11e6-9a41-93e8deadbeef failed', 'request … failed'],
    ['hash deadbeefcafe differs from DEADBEEFCAFF', 'hash … differs from …'],
    ['at 2026-01-31T10:00:07.412Z: too late', 'at …: too late'],
    ['ids [1, 2, 3] and [4]', 'ids […] and […]'],
    ['an unclosed " stays', 'an unclosed " stays'],
    ['price “9.99” of «A»', 'price … of …'],
    ['two\n  lines', 'two lines'],
    ['from -5 to +5, x=-1', 'from … to …, x=…'],
    ['Grüße an Jörg 7', 'Grüße an Jörg …'],
    ['', ''],
  ])('of %j says %j', (message, text) => {
    expect(of(message).title).toBe(`ValueError: ${text}`);
  });

  it('names the function that it came from', () => {
    const stack = 'ValueError: x\n    at failAlways (/f.cjs:1:1)\n    at handle (/f.cjs:1:1)';
    expect(of('x', { stack }).title).toBe('ValueError: x (in failAlways)');
    const longest = `ValueError: x\n    at ${'f'.repeat(500)} (/f.cjs:1:1)`;
    expect(of('x'.repeat(500), { stack: longest }).title).toHaveLength(200);
  });

  it('is one line of at most 200 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (message) => {
        const { title, group } = of(message);
        expect(title.length).toBeLessThanOrEqual(200);
        expect(title).not.toMatch(/[\n\r\t]/);
        expect(group).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });
});

describe('the group', () => {
  it('is the same whatever id, number and quoted part a message has', () => {
    const id = fc.stringMatching(/^[A-Z]{1,5}-\d{1,9}$/);
    const quoted = fc.string().filter((text) => !/["\n]/.test(text));
    fc.assert(
      fc.property(id, fc.integer(), quoted, (name, amount, text) => {
        const message = (a: string, b: number, c: string) => `Order ${a} costs ${b}: "${c}" is bad`;
        expect(of(message(name, amount, text)).group).toBe(of(message('A-1', 1, 'x')).group);
      }),
    );
  });

  it('is another for another type, another text, another place in our code', () => {
    const stack = (name: string) =>
      `ValueError: x\n    at ${name} (/var/task/process-orders.cjs:1:2)`;
    const groups = [
      of('x'),
      of('y'),
      of('x', { type: 'TypeError' }),
      of('x', { stack: stack('handle') }),
      of('x', { stack: stack('store') }),
    ].map(({ group }) => group);
    expect(new Set(groups).size).toBe(5);
  });

  it('does not look at lines, files, Node, packages and nameless functions', () => {
    const one = `Error: x
    at new Thing (/var/task/process-orders.cjs:7:2)
    at async Object.handle (/var/task/process-orders.cjs:1:2)
    at /var/task/process-orders.cjs:1:3
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
    const other = `Error: x
    at Thing (/home/me/lib/orders/thing.ts:700:20)
    at call (/home/me/node_modules/some/index.js:1:1)
    at handle (/home/me/lib/orders/business.ts:10:20)`;
    expect(of('x', { stack: one }).group).toBe(of('x', { stack: other }).group);
  });

  it('is of the top three frames', () => {
    const stack = (last: string) =>
      ['a', 'b', 'c', last].map((name) => `    at ${name} (/f.cjs:1:1)`).join('\n');
    expect(of('x', { stack: stack('d') }).group).toBe(of('x', { stack: stack('e') }).group);
  });
});
