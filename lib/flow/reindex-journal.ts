import { changeLine } from '../decide/change-line.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { ReindexCounts } from '../model/reindex.ts';
import type { Log } from '../ports/log.ts';

/** What people read about a reindex: each dead letter that it changes, and what each call of it did. */
export interface ReindexJournal {
  /** The first call of one. */
  began(): void;
  /** @param before undefined: the index held nothing of it */
  changed(before: DeadLetterItem | undefined, after: DeadLetterItem): void;
  /** The writer was asked to write a tombstone again. */
  erasureAsked(id: string): void;
  /** A key whose last record, which lies there, is no envelope. @param detail what is wrong with it */
  unreadable(id: string, at: TopicPartitionOffset, detail: string): void;
  /** @param isOver nothing is left */
  sliceDone(counts: ReindexCounts, isOver: boolean): void;
}

/** @param by who asked for it, as the API knows them */
export function createReindexJournal(by: string, log: Log): ReindexJournal {
  return {
    began() {
      log.info('A reindex begins: the index is compared with the DLQ topic', { by });
    },
    changed(before, after) {
      const line = changeLine(before, after);
      log.info(line.text, { ...line.fields, by, reason: 'found-in-topic' });
    },
    erasureAsked(id) {
      const text = `The envelope of dead letter ${id}, which has ended, is in the DLQ topic: its tombstone is asked for again`;
      log.info(text, { by, deadLetterId: id });
    },
    unreadable(id, { topic, partition, offset }, detail) {
      const text = `The last record of dead letter ${id} is no envelope: it is left as it is`;
      log.warn(text, { by, deadLetterId: id, topic, partition, offset, cause: detail });
    },
    sliceDone(counts, isOver) {
      const { read, opened, resolved, erased, renewed, recounted, unreadable, left } = counts;
      const did = `${read} records, ${opened} opened, ${resolved} ended, ${erased} erased, ${renewed} renewed, ${recounted} groups counted`;
      const text = isOver
        ? `A reindex is done; its last part: ${did}`
        : `Part of a reindex: ${did}`;
      log.info(text, { by, read, opened, resolved, erased, renewed, recounted, unreadable, left });
    },
  };
}
