import type { AwsWrapper } from '../model/aws-wrapper.ts';
import type { IntakeEvent } from '../model/dead-letter.ts';
import { isAwsWrapper, parseAwsWrapper } from './aws-wrapper.ts';
import { parseIntakeEvent } from './intake-event.ts';

/** What the value of an intake record is. */
export type IntakeRecord =
  | { readonly kind: 'event'; readonly event: IntakeEvent }
  | { readonly kind: 'aws-wrapper'; readonly wrapper: AwsWrapper }
  /** `detail`: what is wrong with it, for a person. */
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Bytes of an intake record → one of our events, or one of AWS's wrappers, told apart by their fields. Never throws. */
export function readIntakeRecord(value: Uint8Array | null): IntakeRecord {
  if (value === null) return unreadable('has no value');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch {
    return unreadable('is no UTF-8 JSON');
  }
  if (isAwsWrapper(json)) {
    const wrapper = parseAwsWrapper(json);
    return 'unreadable' in wrapper
      ? unreadable(wrapper.unreadable)
      : { kind: 'aws-wrapper', wrapper };
  }
  const event = parseIntakeEvent(json);
  return 'unreadable' in event ? unreadable(event.unreadable) : { kind: 'event', event };
}

function unreadable(detail: string): IntakeRecord {
  return { kind: 'unreadable', detail };
}
