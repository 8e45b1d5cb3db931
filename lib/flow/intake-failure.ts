import { readDelivery } from '../codec/delivery.ts';
import { readIntakeRecord } from '../codec/intake-record.ts';
import { toUndeliveredEvent, toUnreadableEvent } from '../decide/intake-failure.ts';
import type { FunctionIdentity, IntakeEvent } from '../model/dead-letter.ts';
import type { ConsumedRecord } from '../model/record.ts';

export interface IntakeReading {
  /** The record inside one of AWS's wrappers is read by the rule of its own topic. */
  readonly orderTopic: string;
  /** Who says that a record cannot be read. */
  readonly identity: FunctionIdentity;
  readonly nowMs: number;
}

/** Any intake record → the event that it stands for; what nobody understands is an event about itself. Never throws. */
export function toIntakeEvent(
  record: ConsumedRecord,
  { orderTopic, identity, nowMs }: IntakeReading,
): IntakeEvent {
  const read = readIntakeRecord(record.value);
  switch (read.kind) {
    case 'event':
      return read.event;
    case 'aws-wrapper':
      return toUndeliveredEvent(read.wrapper, readDelivery(read.wrapper.record, orderTopic), nowMs);
    case 'unreadable':
      return toUnreadableEvent(record, read.detail, identity, nowMs);
    default:
      return read satisfies never;
  }
}
