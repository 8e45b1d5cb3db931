import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endless } from '../fixtures/second-business/business.ts';
import { instruct } from '../support/second-business.ts';
import { startService, type Service } from '../support/service.ts';

const TAKES_MS = 150;

interface Span {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
}

describe('records of one key stay in order, one at a time', () => {
  let service: Service;
  beforeAll(async () => {
    const env = { DLQ_MAX_RETRIES: '1', PROCESSING_TIMEOUT_MS: '2000' };
    service = await startService({ business: 'second', env });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('while those of other keys and partitions run beside them', async () => {
    const same = ['a', 'b', 'c', 'd'].map((id) => instruct({ id, takesMs: TAKES_MS }, 'one key'));
    const other = ['e', 'f', 'g'].map((id) => instruct({ id, takesMs: TAKES_MS }));
    const keyless = ['h', 'i'].map((id) => instruct({ id, takesMs: TAKES_MS }, null));
    const elsewhere = ['x', 'y'].map((id) => instruct({ id, takesMs: TAKES_MS }));
    await service.produce(
      ...[...same, ...other, ...keyless].map((record) => ({ ...record, partition: 0 })),
      ...elsewhere.map((record) => ({ ...record, partition: 1 })),
    );
    const spans = spansOf(service, await service.untilLogged('handler ends', 11));
    const of = (...ids: string[]) =>
      ids.flatMap((id) => spans.find((span) => span.id === id) ?? []);

    const inOrder = of('a', 'b', 'c', 'd');
    inOrder.slice(1).forEach(({ startMs }, index) => {
      expect(startMs).toBeGreaterThanOrEqual(inOrder[index]?.endMs ?? Infinity);
    });
    expect(overlap(of('e', 'f', 'g', 'a'))).toBe(true);
    expect(overlap(of('h', 'i'))).toBe(true);
    expect(overlap(of('x', 'y'))).toBe(true);
  });

  it('and one slow record does not use up the invocation', async () => {
    const slow = instruct(endless('slow'));
    const quick = ['q1', 'q2'].map((id) => instruct({ id }));
    await service.produce(...[slow, ...quick].map((record) => ({ ...record, partition: 2 })));
    await service.untilLogged('Order q2 processed successfully');
    const [dead] = await service.untilDeadLetters(1);
    expect(dead?.envelope).toMatchObject({
      errorType: 'ProcessingTimeoutError',
      reason: 'retries-exhausted',
      failedAttempts: 2,
    });
    await service.untilAllCommitted();
  });
});

function spansOf(service: Service, ends: readonly Readonly<Record<string, unknown>>[]): Span[] {
  const starts = service.linesOf('handler starts');
  return ends.map(({ id, atMs }) => ({
    id: String(id),
    startMs: Number(starts.find((line) => line['id'] === id)?.['atMs']),
    endMs: Number(atMs),
  }));
}

/** Whether all of them were under way at some instant. */
function overlap(spans: readonly Span[]): boolean {
  const lastStart = Math.max(...spans.map(({ startMs }) => startMs));
  return spans.every(({ endMs }) => endMs > lastStart);
}
