export const CONFLUENT_MAGIC = 0x00;
export const CONFLUENT_BYTES = 5;
export const GLUE_VERSION = 0x03;
export const GLUE_BYTES = 18;

/** Whether a registry's framing stands before the value: told by its first byte, which no JSON text can begin with. */
export function isFramed(value: Uint8Array): boolean {
  if (value[0] === CONFLUENT_MAGIC) return value.length >= CONFLUENT_BYTES;
  return value[0] === GLUE_VERSION && value.length >= GLUE_BYTES;
}
