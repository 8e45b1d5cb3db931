/**
 * A value that `readAvro` gave, as JSON text. Bytes are base64; what a JSON number would round, or cannot say, is a
 * text: a long beyond 2^53, NaN, Infinity. Pure, total.
 */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key) {
    const inner = this[key]; // A Buffer would be an object of its own making by now.
    if (typeof inner === 'bigint') return String(inner);
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString('base64');
    return typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner;
  });
}
