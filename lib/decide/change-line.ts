import type { DeadLetterItem } from '../model/dead-letter.ts';

/** What the log says of a change of a dead letter, as its history has it. */
export interface ChangeLine {
  readonly text: string;
  readonly fields: {
    readonly deadLetterId: string;
    readonly from: string;
    readonly to: string;
    readonly by: string | undefined;
    readonly jobId: string | undefined;
  };
}

/**
 * The line that audits a change. Pure, total.
 * @param before undefined: the index held nothing of it
 */
export function changeLine(
  before: Pick<DeadLetterItem, 'state'> | undefined,
  after: DeadLetterItem,
): ChangeLine {
  const { id: deadLetterId, state: to } = after;
  const from = before?.state ?? 'none';
  const last = after.history.at(-1);
  return {
    text: `Dead letter ${deadLetterId}: ${from} → ${to}`,
    fields: { deadLetterId, from, to, by: last?.by, jobId: last?.jobId },
  };
}
