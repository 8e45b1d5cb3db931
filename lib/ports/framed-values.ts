/** Values in Avro, framed for a schema registry, as JSON text; any other value is none of theirs. */
export interface FramedValues {
  /**
   * Gets what `textOf` needs to know about this value. Resolves at once where that is nothing.
   * Rejects with AppError REGISTRY_UNAVAILABLE: not the value's fault, trying again may help.
   */
  prepare(value: Uint8Array): Promise<void>;
  /** Of a value that was prepared. undefined: it is not framed. Never throws. */
  textOf(value: Uint8Array): FramedText | undefined;
}

/** `unreadable`: what is wrong, with the schema's id, for a person. */
export type FramedText = { readonly text: string } | { readonly unreadable: string };
