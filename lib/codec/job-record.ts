import * as z from 'zod/mini';
import type { RecordContent } from '../model/record.ts';

/** Version of the format below; a reader refuses one that it does not know. */
const VERSION = 1;

/** A record of the jobs topic: that job is to be worked on. */
export interface JobRecord {
  readonly jobId: string;
  /** The slice that handed on; absent: somebody started the job, or called it off. */
  readonly after?: string;
}

const name = z.string().check(z.minLength(1), z.maxLength(200));
const schema = z.object({
  v: z.literal(VERSION),
  jobId: name,
  after: z.exactOptional(name),
});

/** Keyed by the job, so that its records are taken one after the other. */
export function encodeJobRecord(record: JobRecord): RecordContent & { readonly key: Uint8Array } {
  const value = Buffer.from(JSON.stringify({ v: VERSION, ...record }), 'utf8');
  return { key: Buffer.from(record.jobId, 'utf8'), value, headers: [] };
}

/** What a record's value says, or what is wrong with it. Never throws. */
export function decodeJobRecord(
  value: Uint8Array | null,
): JobRecord | { readonly unreadable: string } {
  if (value === null) return { unreadable: 'it has no value' };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch {
    return { unreadable: 'it is no UTF-8 JSON' };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      unreadable: `field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`,
    };
  }
  const { v: _version, ...record } = parsed.data;
  return record;
}
