import type { FunctionIdentity } from './dead-letter.ts';
import type { ConsumedRecord } from './record.ts';

/** What AWS writes into the intake topic about a record that an event source mapping gave up. */
export interface AwsWrapper {
  /** Why, in AWS's word; one word for each reason. */
  readonly condition: string;
  /** When it was given up, epoch milliseconds; undefined where AWS's text is no time. */
  readonly givenUpAtMs: number | undefined;
  readonly invocationsAbout: number | undefined;
  /** AWS's word for how the function failed; undefined where it was never invoked. */
  readonly functionError: string | undefined;
  readonly by: FunctionIdentity;
  /** As it lay on its own topic. */
  readonly record: ConsumedRecord;
}
