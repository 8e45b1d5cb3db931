import type { Envelope } from '../model/dead-letter.ts';

/** Envelopes as the value of a DLQ record. Asynchronous, for a codec may have to ask a schema registry. */
export interface EnvelopeCodec {
  /** Rejects where the envelope cannot be written now; trying again may help. */
  encode(envelope: Envelope): Promise<Uint8Array>;
  /**
   * `unreadable`: what is wrong with the bytes, for a person; they will never be an envelope.
   * Rejects with AppError REGISTRY_UNAVAILABLE where their schema cannot be had now.
   */
  decode(bytes: Uint8Array): Promise<Envelope | { readonly unreadable: string }>;
}
