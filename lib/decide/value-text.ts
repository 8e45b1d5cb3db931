export type TextEncoding = 'utf-8' | 'base64';

export interface ValueText {
  /** null: the record had no value. */
  readonly text: string | null;
  readonly encoding: TextEncoding | null;
}

/**
 * A value as text: what it says in UTF-8, byte order mark included, else its base64. Encoding the text again gives the
 * same bytes. Pure, total.
 */
export function valueText(value: Uint8Array | null): ValueText {
  if (value === null) return { text: null, encoding: null };
  try {
    // Without ignoreBOM the decoder would take the mark off, and the text would be another than the record's.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(value), encoding: 'utf-8' };
  } catch {
    return { text: Buffer.from(value).toString('base64'), encoding: 'base64' };
  }
}

/**
 * The beginning of a text, at most `bytesMax` bytes in UTF-8, cut between characters. Base64 stays decodable where
 * `bytesMax` is a multiple of 4. Pure, total.
 */
export function clipBytes(text: string, bytesMax: number): string {
  // A UTF-16 unit takes one byte or more: what comes after bytesMax + 1 units cannot matter.
  const bytes = Buffer.from(text.slice(0, bytesMax + 1), 'utf8');
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  // 10xxxxxx continues a character: step back to its first byte.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
