import type { Endpoints } from './endpoints.ts';

/** What to tell once all is up: the addresses, and three lines to copy. Pure. */
export function banner({ api, kafka, schemaRegistry, dynamodb }: Endpoints): string {
  const post = `curl -s ${api}/api/create-order -H 'content-type: application/json' -d`;
  return `
The stack is up.
  API and its documentation   ${api}/docs
  Kafka                       ${kafka}
  Schema registry             ${schemaRegistry}
  DynamoDB stand-in           ${dynamodb}

Try, in another terminal:
  ${post} '{"numItems": 2}'
  ${post} '{"orderId": "ORDER-TEST-FAIL", "numItems": 1}'
  curl -s ${api}/api/dlq/messages

Ctrl-C stops all of it; the data stays.
`;
}
