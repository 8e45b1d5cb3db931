interface KafkaEvent {
  readonly records: Readonly<Record<string, readonly { readonly value: string }[]>>;
}

/** Prints for each record how long ago it was to be produced: its value is that instant, in ns of the monotonic clock. */
export function handler({ records }: KafkaEvent) {
  const now = process.hrtime.bigint();
  const tookMs = Object.values(records)
    .flat()
    .map(({ value }) => Number(now - BigInt(Buffer.from(value, 'base64').toString())) / 1e6);
  console.log(JSON.stringify({ tookMs }));
  return { batchItemFailures: [] };
}
