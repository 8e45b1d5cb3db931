import type { ErrorCode } from '../model/errors.ts';

/** The one table of code → HTTP status. Codes that no request can cause are faults of ours: 500. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  BODY_NOT_JSON: 400,
  BODY_TOO_LARGE: 413,
  CURSOR_INVALID: 400,
  ORDER_NOT_FOUND: 404,
  DEAD_LETTER_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PUBLISH_NOT_ACKNOWLEDGED: 503,
  KAFKA_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  TIMED_OUT: 503,
  INTERNAL: 500,
  CONFIG_INVALID: 500,
  EVENT_NOT_MSK: 500,
  RECORDS_UNSETTLED: 500,
};
