import { NonRetriableError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import { toErrorDetail } from './error-detail.ts';

/**
 * What was thrown → a failure. Retriable unless the business said otherwise by its class: a built-in class name says
 * nothing (Node's fetch reports a refused connection as TypeError), nor does a text. Total.
 */
export function classify(thrown: unknown): Failure {
  const error = toErrorDetail(thrown);
  return thrown instanceof NonRetriableError
    ? { retriable: false, reason: 'non-retriable', error }
    : { retriable: true, error };
}
