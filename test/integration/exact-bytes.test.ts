import { describe, expect, it } from 'vitest';
import type { RecordContent, RecordHeader } from '../../lib/model/record.ts';
import type { Envelope } from '../../lib/model/dead-letter.ts';
import { header } from '../support/builders.ts';
import { startService, type Service } from '../support/service.ts';

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const HEADER_LISTS: Readonly<Record<string, readonly RecordHeader[]>> = {
  none: [],
  'duplicates a, b, a': [header('a', '1'), header('b', '2'), header('a', '3')],
  'duplicates b, a, a, b': [header('b', '1'), header('a', '2'), header('a', '3'), header('b', '4')],
  'null and empty values': [header('x', null), header('x', ''), header('y', ''), header('y', null)],
  'bytes from 0x80 on': [header('high', ALL_BYTES), header('é', Buffer.from([0x80, 0xff]))],
  'hostile names': ['1', '__proto__', 'constructor', 'retry.state', '', '0', 'traceparent'].map(
    (name) => header(name, name),
  ),
};

const KEYS = { null: null, empty: Buffer.alloc(0), 'any bytes': ALL_BYTES };

describe('key, value and headers arrive in the dead letter exactly', () => {
  it('after all retries, and at once for what is no order', async () => {
    await using service = await startService();
    const records = [...retried(service), ...undecodable()];
    // One batch, one partition: the offset tells which is which.
    await service.produce(...records.map(({ content }) => ({ ...content, partition: 3 })));
    const dead = await service.untilDeadLetters(records.length);

    const envelopes = dead
      .map(({ envelope }) => envelope)
      .toSorted((a, b) => a.originalOffset - b.originalOffset);
    expect(envelopes.map((envelope) => envelope.failedAttempts)).toEqual(
      records.map(({ attempts }) => attempts),
    );
    const named = (contents: readonly RecordContent[]) =>
      contents.map((content, index) => [records[index]?.name, shown(content)]);
    expect(named(envelopes.map(contentOf))).toEqual(named(records.map(({ content }) => content)));
  });
});

/** Orders that fail on every attempt, with every key and header list; odd but valid JSON texts. */
function retried(service: Service) {
  return Object.entries(HEADER_LISTS).flatMap(([headersName, headers], list) =>
    Object.entries(KEYS).map(([keyName, key], index) => {
      const { value } = service.order(`ORDER-TEST-FAIL-${list}-${index}`, {
        note: 'Grüße \u0000 😀',
      });
      const text = ` \t${Buffer.from(value ?? []).toString()}\r\n`;
      const content: RecordContent = { key, value: Buffer.from(text), headers };
      return { name: `key ${keyName}, headers ${headersName}`, content, attempts: 4 };
    }),
  );
}

function undecodable() {
  const values = { null: null, empty: Buffer.alloc(0), 'any bytes': ALL_BYTES };
  return Object.entries(values).flatMap(([valueName, value]) =>
    Object.entries(HEADER_LISTS).map(([headersName, headers]) => ({
      name: `value ${valueName}, headers ${headersName}`,
      content: { key: ALL_BYTES, value, headers },
      attempts: 1,
    })),
  );
}

function contentOf(envelope: Envelope): RecordContent {
  const { originalKey: key, originalValue: value, originalHeaders: headers } = envelope;
  return { key, value, headers };
}

function shown({ key, value, headers }: RecordContent) {
  const hex = (bytes: Uint8Array | null) =>
    bytes === null ? null : Buffer.from(bytes).toString('hex');
  return { key: hex(key), value: hex(value), headers: headers.map((h) => [h.key, hex(h.value)]) };
}
