import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../../plugins/event-source-mapping/local/answer.ts';
import { BEHAVIOUR_DEFAULTS } from '../../../../../plugins/event-source-mapping/local/behaviour.ts';
import { recordsAt } from '../../../../support/polled-records.ts';

const PARTIAL = { partialResponses: true, behaviour: BEHAVIOUR_DEFAULTS };
const IGNORED = { ...PARTIAL, partialResponses: false };
const batch = [...recordsAt(0, 5, 6, 9), ...recordsAt(3, 5)];
const response = (body: string) => ({ kind: 'response', requestId: 'r', body }) as const;
const report = (...identifiers: unknown[]) =>
  response(
    JSON.stringify({
      batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
    }),
  );
const read = (body: string) => readAnswer(response(body), batch, PARTIAL);

describe('readAnswer', () => {
  it.each(['', 'null', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}', '{"a":1}'])(
    '%j is success',
    (body) => {
      expect(read(body)).toMatchObject({ kind: 'success', unsettled: [] });
    },
  );

  it.each([
    ['text', '"done"'],
    ['a list', '[]'],
    ['a number', '1'],
    ['no JSON', '{'],
    ['a list that is none', '{"batchItemFailures":{}}'],
    ['an item without identifier', '{"batchItemFailures":[{}]}'],
    ['a null item', '{"batchItemFailures":[null]}'],
    ['an SQS identifier', '{"batchItemFailures":[{"itemIdentifier":"t-0-5"}]}'],
    ['an identifier of null', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
  ])('%s means the whole batch', (_name, body) => {
    expect(read(body)).toMatchObject({ kind: 'invalid', unsettled: batch });
  });

  it.each([
    ['an offset as text', { partition: 't-0', offset: '5' }],
    ['an offset that was not in the batch', { partition: 't-0', offset: 7 }],
    ['a partition that was not in the batch', { partition: 't-1', offset: 5 }],
    ['a fraction', { partition: 't-0', offset: 5.5 }],
    ['no partition', { offset: 5 }],
  ])('%s means the whole batch, beside valid identifiers too', (_name, identifier) => {
    const reading = readAnswer(report({ partition: 't-0', offset: 5 }, identifier), batch, PARTIAL);
    expect(reading).toMatchObject({ kind: 'invalid', unsettled: batch });
  });

  it('leaves unsettled exactly what was reported, in the order of the batch', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(batch, { minLength: 1 }), (failed) => {
        const identifiers = failed.map(({ topic, partition, offset }) => ({
          partition: `${topic}-${partition}`,
          offset,
        }));
        const reading = readAnswer(report(...identifiers, identifiers[0]), batch, PARTIAL);
        expect(reading.kind).toBe('partial');
        expect(reading.unsettled).toEqual(batch.filter((record) => failed.includes(record)));
      }),
    );
  });

  it('ignores a list that the mapping does not declare', () => {
    const reading = readAnswer(report({ partition: 't-0', offset: 5 }), batch, IGNORED);
    expect(reading).toMatchObject({ kind: 'success', unsettled: [] });
  });

  it.each([PARTIAL, IGNORED])('a function error means the whole batch: %j', (declared) => {
    const failure = { kind: 'function-error', errorType: 'E', errorMessage: 'm' } as const;
    const reading = readAnswer({ ...failure, requestId: 'r' }, batch, declared);
    expect(reading).toEqual({ kind: 'function-error', unsettled: batch, reason: 'E: m' });
  });

  it('by the setting, brings back all of a partition from its first failure on', () => {
    const behaviour = { ...BEHAVIOUR_DEFAULTS, redelivery: 'lowest-offset' } as const;
    const reported = report({ partition: 't-0', offset: 6 });
    const { unsettled } = readAnswer(reported, batch, { partialResponses: true, behaviour });
    expect(unsettled.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 6],
      [0, 9],
    ]);
  });
});
