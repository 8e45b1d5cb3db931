/** Largest JSON body of an answer, in bytes. */
export const ANSWER_BYTES_MAX = 5_000_000;

/**
 * Largest body once more escaped, as a string inside the function's own JSON answer, in bytes: Lambda takes 6 MB
 * (6,291,456), headers included. A text of quotes or control characters doubles there.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const PAYLOAD_BYTES_MAX = 6_000_000;

/** Whether a function can answer with the value. Pure, total for JSON values. */
export function fitsAnswer(value: object): boolean {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > ANSWER_BYTES_MAX) return false;
  return payloadBytes(text) <= PAYLOAD_BYTES_MAX;
}

/** What the text takes as a JSON string. */
function payloadBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** The longest run from the start whose values fit together, but at least one. @param reserve fields around the list */
export function takeFitting<T extends object>(values: readonly T[]): readonly T[] {
  let bytes = 0;
  let payload = 0;
  const end = values.findIndex((value, index) => {
    const text = JSON.stringify(value);
    bytes += Buffer.byteLength(text) + 1;
    payload += payloadBytes(text) + 1;
    return index > 0 && (bytes > LIST_BYTES_MAX || payload > LIST_PAYLOAD_BYTES_MAX);
  });
  return end === -1 ? values : values.slice(0, end);
}

/** Room for what stands around a list. */
const AROUND_BYTES = 10_000;
const LIST_BYTES_MAX = ANSWER_BYTES_MAX - AROUND_BYTES;
const LIST_PAYLOAD_BYTES_MAX = PAYLOAD_BYTES_MAX - AROUND_BYTES;
