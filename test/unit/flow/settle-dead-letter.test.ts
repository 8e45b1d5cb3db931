import { describe, expect, it } from 'vitest';
import { DLQ, intakeRecord, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';

describe('two writers at once', () => {
  it('leave one item, which says what the first of them said, and an envelope of that id last', async () => {
    const theirs = failedEvent({ attempts: 2, error: { type: 'Theirs', message: '', causes: [] } });
    const other = startFlow({ requestId: 'r-2' });
    await other.run(intakeRecord(theirs));
    let interfered = false;
    const flow = startFlow({
      around: (index) => ({
        ...index,
        // Between our envelope and our item, somebody else folds another event of the same dead letter.
        put: async (item, revision) => {
          if (!interfered) {
            interfered = true;
            await index.put(other.index.items()[0]!, 0);
          }
          return index.put(item, revision);
        },
      }),
    });
    expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['processed']);
    expect(flow.index.items()).toMatchObject([{ errorType: 'Theirs', revision: 1 }]);
    expect(flow.publisher.records(DLQ)).toHaveLength(1);
    expect(flow.measures).toEqual([]);
  });
});

describe('what no waiting can heal', () => {
  const value = Buffer.from(JSON.stringify({ orderId: 'ORDER-1', text: 'x'.repeat(10_000) }));
  const large = failedEvent({ record: { key: Buffer.from('k'), value, headers: [] } });

  it.each([
    [60_000, { originalMessageTruncated: false, bytesMissing: false, originalValue: value }],
    [16_000, { originalMessageTruncated: true, bytesMissing: false, originalValue: value }],
    [4_000, { originalMessageTruncated: true, bytesMissing: true, originalValue: null }],
  ])('a topic that takes %i bytes gets the largest envelope that fits', async (limit, expected) => {
    const flow = startFlow({ dlqRecordBytesMax: limit });
    expect(await flow.run(intakeRecord(large))).toEqual(['dead-lettered']);
    expect(await flow.envelopes()).toMatchObject([
      { ...expected, valueSizeBytes: value.length, valueSha256: expect.any(String) },
    ]);
    expect(flow.index.items()).toMatchObject([
      {
        bytesMissing: expected.bytesMissing,
        originalMessage: expect.stringMatching(/^{"orderId"/),
      },
    ]);
    expect(flow.texts()).toEqual([
      expect.stringMatching(/^ERROR Message sent to DLQ/),
      ...(expected.bytesMissing
        ? [expect.stringMatching(/^CRITICAL Order ORDER-1 is too large for its dead letter/)]
        : []),
    ]);
  });

  it('an event without the bytes becomes an envelope without them, and nobody says it again', async () => {
    const flow = startFlow();
    const leftOut = {
      orderId: 'ORDER-9',
      originalMessageEncoding: 'base64' as const,
      valueSizeBytes: 9_000_000,
      valueSha256: 'ab',
    };
    const record = { key: null, value: null, headers: [] };
    expect(await flow.run(intakeRecord(failedEvent({ record, leftOut })))).toEqual([
      'dead-lettered',
    ]);
    const expected = { orderId: 'ORDER-9', bytesMissing: true, originalMessageTruncated: true };
    expect(await flow.envelopes()).toMatchObject([{ ...expected, valueSizeBytes: 9_000_000 }]);
    expect(flow.index.items()).toMatchObject([expected]);
    expect(flow.texts()).toEqual([
      'ERROR Message sent to DLQ | OrderID: ORDER-9 | Error: ValueError | Retry Count: 3',
    ]);
  });

  it('a topic that takes nothing is an outage like any other', async () => {
    const flow = startFlow({ dlqRecordBytesMax: 10, timeoutMs: 5_000 });
    expect(await flow.run(intakeRecord(large))).toEqual(['unsettled']);
    expect(flow.texts()[0]).toMatch(/^CRITICAL/);
  });

  it('an index that refuses the item gets a smaller one', async () => {
    const flow = startFlow({ itemBytesMax: 4_000 });
    expect(await flow.run(intakeRecord(large))).toEqual(['dead-lettered']);
    expect(flow.index.items()).toMatchObject([
      { originalMessage: null, originalMessageTruncated: true, bytesMissing: false },
    ]);
    expect(await flow.envelopes()).toMatchObject([{ originalValue: value }]);
  });
});
