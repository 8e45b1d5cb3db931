/** Where the schemas of Avro values are kept, and whose framing stands before the values. */
export interface SchemaRegistry {
  readonly kind: 'confluent' | 'glue';
  /**
   * The id of a schema under a subject; registered, with full compatibility to all before it, where it is not there yet.
   * Rejects with AppError REGISTRY_UNAVAILABLE: trying again may help. Where the registry refuses the schema, only a
   * person can help; that is said.
   */
  register(subject: string, schema: string): Promise<string>;
  /**
   * The schema of an id; undefined where the registry says that it has none of that id, for good.
   * Rejects with AppError REGISTRY_UNAVAILABLE where it does not answer, refuses us, or fails.
   */
  find(id: string): Promise<string | undefined>;
}
