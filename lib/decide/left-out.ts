import type { RecordSummary } from '../model/dead-letter.ts';
import type { RecordContent, TopicPartitionOffset } from '../model/record.ts';
import type { ErrorSummary } from '../model/retry.ts';
import { clipText } from './clip-text.ts';
import { sha256Hex } from './hash.ts';
import { traceOfRecord } from './trace.ts';
import { valueText } from './value-text.ts';

/** An id that people know a record by; more is no id. */
const ORDER_ID_CHARS_MAX = 256;

/**
 * What is known of a record without its bytes. Pure, total.
 *
 * @param orderId the id that people know the record by; undefined where none can be read
 */
export function summarizeRecord(
  { value, headers }: RecordContent,
  orderId: string | undefined,
): RecordSummary {
  return {
    orderId: orderId === undefined ? null : clipText(orderId, ORDER_ID_CHARS_MAX),
    originalMessageEncoding: valueText(value).encoding,
    valueSizeBytes: value?.length ?? null,
    valueSha256: value && sha256Hex(value),
    ...traceOfRecord(headers),
  };
}

/** Where the bytes of a record are that its dead letter does not have, as a sentence for people. */
export function whereBytesAre({ topic, partition, offset }: TopicPartitionOffset): string {
  return `its bytes stay in ${topic}, partition ${partition}, offset ${offset}, until that topic's retention ends`;
}

/** The same as the last cause of its error. */
export function bytesLeftOut(place: TopicPartitionOffset): ErrorSummary {
  const message = `The record is too large for its dead letter: ${whereBytesAre(place)}`;
  return { type: 'BytesLeftOut', message };
}
