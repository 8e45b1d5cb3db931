import type { ErrorCode } from '../model/errors.ts';

interface HttpError {
  readonly status: number;
  /** What it says about the request, for the API document. */
  readonly meaning: string;
}

/** The one table of code → HTTP status. Codes that no request can cause are faults of ours: 500. */
export const HTTP_ERRORS: Readonly<Record<ErrorCode, HttpError>> = {
  REQUEST_INVALID: { status: 400, meaning: 'a field or parameter is wrong; the text names it' },
  BODY_NOT_JSON: { status: 400, meaning: 'the body is missing or no JSON' },
  BODY_TOO_LARGE: { status: 413, meaning: 'the body is over 64 KiB' },
  CURSOR_INVALID: { status: 400, meaning: '`cursor` is none of ours, or of another list' },
  ORDER_NOT_FOUND: { status: 404, meaning: 'no such order has been processed' },
  DEAD_LETTER_NOT_FOUND: { status: 404, meaning: 'no dead letter has this id' },
  JOB_NOT_FOUND: { status: 404, meaning: 'no plan or job of this kind has this id (any more)' },
  SELECTION_TOO_LARGE: {
    status: 400,
    meaning: 'the filter finds more than can be planned in one request',
  },
  JOB_NOT_CANCELLABLE: { status: 409, meaning: 'the job has ended' },
  ROUTE_NOT_FOUND: { status: 404, meaning: 'the API has no such path' },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'the path has other methods: see the header Allow' },
  PUBLISH_NOT_ACKNOWLEDGED: {
    status: 503,
    meaning: 'the brokers did not acknowledge in time; it may have been written all the same',
  },
  KAFKA_UNAVAILABLE: { status: 503, meaning: 'the Kafka cluster does not answer' },
  STORE_UNAVAILABLE: { status: 503, meaning: 'the table does not answer, or is another one' },
  REGISTRY_UNAVAILABLE: { status: 503, meaning: 'the schema registry does not answer' },
  TIMED_OUT: { status: 503, meaning: 'no answer in time' },
  INTERNAL: { status: 500, meaning: 'an error of ours; the log has it' },
  CONFIG_INVALID: { status: 500, meaning: 'the function is configured wrongly' },
  EVENT_NOT_MSK: { status: 500, meaning: 'never an answer of the API' },
  RECORDS_UNSETTLED: { status: 500, meaning: 'never an answer of the API' },
};
