import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { murmur2, partitionOfKey } from '../../../lib/decide/partition.ts';

interface Vector {
  /** Hex. */
  readonly key: string;
  /** Partition by partition count, as the Java client says. */
  readonly partitions: Readonly<Record<string, number>>;
}

const vectorsFile = new URL('../../fixtures/murmur2/vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as readonly Vector[];

describe('partitionOfKey', () => {
  test('gives the partitions that the Java client gives', () => {
    expect(vectors.length).toBeGreaterThan(100);
    for (const { key, partitions } of vectors) {
      const bytes = Buffer.from(key, 'hex');
      const ours = Object.keys(partitions).map((count) => [
        count,
        partitionOfKey(bytes, Number(count)),
      ]);
      expect({ key, partitions: Object.fromEntries(ours) as unknown }).toEqual({ key, partitions });
    }
  });

  test('reads the bytes of a view, not those of the buffer beneath it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(7), (key, before) => {
        const beneath = Buffer.concat([Buffer.alloc(before, 0xaa), key, Buffer.alloc(3, 0xbb)]);
        const view = new Uint8Array(beneath.buffer, beneath.byteOffset + before, key.length);
        expect(murmur2(view)).toBe(murmur2(key));
      }),
    );
  });

  test('is a partition of the topic, whatever the key', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 10_000 }), (key, count) => {
        const partition = partitionOfKey(key, count);
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(count);
        expect(Number.isInteger(partition)).toBe(true);
      }),
    );
  });
});
