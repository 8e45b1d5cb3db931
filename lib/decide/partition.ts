const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/**
 * Kafka's murmur2 over the key's bytes, as a signed 32-bit integer.
 * Source: org.apache.kafka.common.utils.Utils#murmur2 (Kafka 4.1).
 */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length;
  const tail = length & ~3;
  let h = SEED ^ length;
  for (let at = 0; at < tail; at += 4) {
    let k = Math.imul(view.getInt32(at, true), M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  if ((length & 3) === 3) h ^= view.getUint8(tail + 2) << 16;
  if ((length & 3) >= 2) h ^= view.getUint8(tail + 1) << 8;
  if ((length & 3) >= 1) h = Math.imul(h ^ view.getUint8(tail), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

/**
 * The partition that the Java client's default partitioner gives a keyed record: toPositive(murmur2(key)) % count.
 * Source: BuiltInPartitioner#partitionForKey (KIP-794).
 * @param count number of partitions, ≥ 1
 */
export function partitionOfKey(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}
