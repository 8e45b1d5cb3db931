import { partitionKey } from './event.ts';
import type { EncodedRecord, InvocationResult, Mapping } from './types.ts';

export interface AnswerReading {
  /** Records of the batch that are not done, in the batch's order; empty = success. */
  readonly unsettled: readonly EncodedRecord[];
  /** `function-error`: thrown, timed out, crashed; `invalid`: an answer that AWS refuses; then all are unsettled. */
  readonly kind: 'success' | 'partial' | 'invalid' | 'function-error';
  /** Why, for a person; empty on success. */
  readonly reason: string;
}

/**
 * What a function's answer says about its batch. Pure, total.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html: empty answers are success, only the
 * items named are retried (or, by the setting `redelivery`, all from the first of them on), an identifier that was not in the event means the whole batch. Silent there and taken over
 * from Kinesis: a missing or null list is success, anything malformed is the whole batch, and a list counts only where
 * ReportBatchItemFailures is declared.
 */
export function readAnswer(
  result: InvocationResult,
  batch: readonly EncodedRecord[],
  { partialResponses, behaviour }: Pick<Mapping, 'partialResponses' | 'behaviour'>,
): AnswerReading {
  if (result.kind === 'function-error') {
    const reason = `${result.errorType}: ${result.errorMessage}`;
    return { kind: 'function-error', unsettled: batch, reason };
  }
  if (!partialResponses) return SUCCESS;
  const failures = failuresOf(result.body);
  if (typeof failures === 'string') return invalid(batch, failures);
  if (failures.length === 0) return SUCCESS;
  const failed = new Set<EncodedRecord>();
  const byIdentifier = new Map(
    batch.map((record) => [
      `${partitionKey(record.topic, record.partition)}@${record.offset}`,
      record,
    ]),
  );
  for (const failure of failures) {
    const identifier = identifierOf(failure);
    if (identifier === undefined) {
      return invalid(
        batch,
        `an itemIdentifier is no {partition: "topic-n", offset: number}: ${JSON.stringify(failure)}`,
      );
    }
    const record = byIdentifier.get(identifier);
    if (record === undefined) return invalid(batch, `${identifier} was not in the batch`);
    failed.add(record);
  }
  return {
    kind: 'partial',
    unsettled:
      behaviour.redelivery === 'exact-items'
        ? batch.filter((record) => failed.has(record))
        : fromLowest(batch, failed),
    reason: `${failed.size} of ${batch.length} records reported as failed`,
  };
}

const SUCCESS: AnswerReading = { kind: 'success', unsettled: [], reason: '' };

function invalid(batch: readonly EncodedRecord[], reason: string): AnswerReading {
  return { kind: 'invalid', unsettled: batch, reason: `invalid answer: ${reason}` };
}

/** As with Kinesis: in each partition, everything from the first failed record on. */
function fromLowest(
  batch: readonly EncodedRecord[],
  failed: ReadonlySet<EncodedRecord>,
): EncodedRecord[] {
  const lowest = new Map<number, number>();
  for (const { partition, offset } of failed) {
    lowest.set(partition, Math.min(offset, lowest.get(partition) ?? offset));
  }
  return batch.filter(
    ({ partition, offset }) => offset >= (lowest.get(partition) ?? Number.POSITIVE_INFINITY),
  );
}

/** The list of failures, or what is wrong with the answer. */
function failuresOf(body: string): readonly unknown[] | string {
  let answer: unknown;
  try {
    answer = body.trim() === '' ? null : JSON.parse(body);
  } catch {
    return 'no JSON';
  }
  if (answer === null) return [];
  if (!isObject(answer)) return `a JSON object or null was expected, not ${JSON.stringify(answer)}`;
  const failures = answer['batchItemFailures'] ?? [];
  return Array.isArray(failures) ? failures : 'batchItemFailures is no list';
}

function identifierOf(failure: unknown): string | undefined {
  if (!isObject(failure) || !isObject(failure['itemIdentifier'])) return undefined;
  const { partition, offset } = failure['itemIdentifier'];
  if (typeof partition !== 'string' || !Number.isSafeInteger(offset)) return undefined;
  return `${partition}@${String(offset)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
