import type { Job } from '../../model/job.ts';
import type { Attributes } from './dead-letter-attributes.ts';

/**
 * Rows of one job: the job itself, and its frozen list in chunks of ids (16 bytes each), which sort by their number. A
 * chunk is small enough that a slice can afford to read one for a fraction of a second's work.
 */
export const JOB_ROW = 'job';
export const CHUNK_IDS = 1_000;
const ID_BYTES = 16;
const ID_HEX = /^[0-9a-f]{32}$/;

/**
 * Chunks never change, so they have their expiry from the beginning: so long after the plan's own that a job which is
 * started at the last moment cannot outlive its list.
 */
const LIST_KEPT_MS = 60 * 24 * 3_600_000;

/** Key of the row of the job. Pure. */
export function jobKey(id: string): Attributes {
  return { job: { S: id }, row: { S: JOB_ROW } };
}

/** Key of a chunk; sorts like its number. Pure. */
export function chunkRow(chunk: number): string {
  return `ids#${String(chunk).padStart(6, '0')}`;
}

/**
 * The row of a job: as JSON, but for what is asked for. Once started it lies in the index of its kind, whose keys never
 * change after that: progress costs one small write. Pure.
 */
export function toJobRow(job: Job): Attributes {
  return {
    ...jobKey(job.id),
    revision: { N: String(job.revision) },
    body: { S: JSON.stringify(job) },
    expiresAt: { N: seconds(job.expiresAtMs) },
    ...(job.startedAtMs !== null && { kind: { S: job.kind }, made: { S: madeKey(job) } }),
  };
}

/** @throws SyntaxError where it is no row of a job */
export function fromJobRow(row: Attributes): Job {
  return JSON.parse(row['body']?.S ?? '') as Job;
}

/** Sorts as text like (creation, id) does. Pure. */
export function madeKey({ createdAtMs, id }: Pick<Job, 'createdAtMs' | 'id'>): string {
  return `${String(createdAtMs).padStart(16, '0')}#${id}`;
}

/** @throws RangeError where an id is none */
export function toChunkRows(job: Job, ids: readonly string[]): readonly Attributes[] {
  const strange = ids.find((id) => !ID_HEX.test(id));
  if (strange !== undefined) throw new RangeError(`${strange} is not the id of a dead letter`);
  return Array.from({ length: Math.ceil(ids.length / CHUNK_IDS) }, (_, chunk) => ({
    job: { S: job.id },
    row: { S: chunkRow(chunk) },
    ids: { B: Buffer.from(ids.slice(chunk * CHUNK_IDS, (chunk + 1) * CHUNK_IDS).join(''), 'hex') },
    expiresAt: { N: seconds(job.expiresAtMs + LIST_KEPT_MS) },
  }));
}

/**
 * Ids of chunks that were read, in their order, up to the first one that is missing: what comes behind it has another
 * place in the list. Pure.
 * @param first number of the first chunk that was asked for
 */
export function idsOfChunks(rows: readonly Attributes[], first: number): readonly string[] {
  const gap = rows.findIndex(({ row }, index) => row?.S !== chunkRow(first + index));
  return rows.slice(0, gap === -1 ? rows.length : gap).flatMap(fromChunkRow);
}

/** Ids of a chunk, in their order. Pure. */
function fromChunkRow(row: Attributes): readonly string[] {
  const bytes = Buffer.from(row['ids']?.B ?? []);
  return Array.from({ length: bytes.length / ID_BYTES }, (_, index) =>
    bytes.subarray(index * ID_BYTES, (index + 1) * ID_BYTES).toString('hex'),
  );
}

/** As DynamoDB's time to live wants it. */
function seconds(ms: number): string {
  return String(Math.ceil(ms / 1000));
}
