import { encodeJobRecord, type JobRecord } from '../codec/job-record.ts';
import { partitionOfKey } from '../decide/partition.ts';
import { AppError } from '../model/errors.ts';
import type { RecordPublisher } from '../ports/record-publisher.ts';

export interface JobRecordDeps {
  readonly publisher: RecordPublisher;
  readonly jobsTopic: string;
}

/**
 * Writes the record that has a function work on the job.
 * @param deadlineMs epoch ms
 * @throws AppError PUBLISH_NOT_ACKNOWLEDGED: it may be there or not
 */
export async function publishJobRecord(
  record: JobRecord,
  deadlineMs: number,
  { publisher, jobsTopic }: JobRecordDeps,
): Promise<void> {
  const content = encodeJobRecord(record);
  const build = (count: number) => ({ ...content, partition: partitionOfKey(content.key, count) });
  const [outcome] = await publisher.publish([{ topic: jobsTopic, build }], { deadlineMs });
  if (outcome?.kind === 'acknowledged') return;
  throw new AppError(
    'PUBLISH_NOT_ACKNOWLEDGED',
    `The brokers did not acknowledge the record of job ${record.jobId} for topic ${jobsTopic}: ask for the same again, with ${record.jobId}; it stays one job`,
    { cause: outcome?.error },
  );
}
