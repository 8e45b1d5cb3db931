import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../model/errors.ts';

/** Largest request body, in bytes. The only request with a body is a few hundred bytes long. */
export const BODY_BYTES_MAX = 65_536;

/** Shown of a content type. */
const TYPE_CHARS_MAX = 50;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body of an API Gateway event (payload format 2.0) as a JSON value.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param example a valid body, for the text of the refusal
 * @throws AppError BODY_TOO_LARGE, BODY_NOT_JSON
 */
export function parseJsonBody(event: APIGatewayProxyEventV2, example: string): unknown {
  const text = event.body ?? '';
  const bytes = Buffer.from(text, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES_MAX) {
    throw new AppError(
      'BODY_TOO_LARGE',
      `The body has ${bytes.length} bytes: send at most ${BODY_BYTES_MAX}, for example ${example}`,
    );
  }
  if (bytes.length === 0) {
    throw new AppError('BODY_NOT_JSON', `The body is missing: send JSON, for example ${example}`);
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new AppError('BODY_NOT_JSON', notJson(event, error, example), { cause: error });
  }
}

/**
 * A body of another type is told so: what a form has at position 1 helps nobody. Only where it begins like JSON is its
 * type the client's default (curl's, for one), and the place of the fault what is looked for.
 */
function notJson(event: APIGatewayProxyEventV2, error: unknown, example: string): string {
  const type = otherTypeOf(event.headers['content-type']);
  const faults = type === undefined ? [] : [`its content-type is ${type}`];
  if (type === undefined || /^\s*[{[]/.test(event.body ?? '')) {
    // V8's text quotes the body: enough of it to find the place, bounded by V8 itself.
    faults.unshift(error instanceof SyntaxError ? error.message : 'its bytes are not UTF-8');
  }
  const remedy =
    type === undefined ? 'send for example' : 'send content-type: application/json, for example';
  return `The body is not JSON (${faults.join('; ')}): ${remedy} ${example}`;
}

/** The media type, without parameters, that says that a body is something else than JSON. */
function otherTypeOf(contentType = ''): string | undefined {
  const [type = ''] = contentType.toLowerCase().split(';');
  const trimmed = type.trim();
  const isJson = trimmed === 'application/json' || trimmed.endsWith('+json');
  return trimmed === '' || isJson ? undefined : trimmed.slice(0, TYPE_CHARS_MAX);
}

/**
 * The query as names and values.
 * @throws AppError REQUEST_INVALID where a name is given twice: which one counts would be a guess
 */
export function parseQuery(event: APIGatewayProxyEventV2): Readonly<Record<string, string>> {
  const pairs = [...new URLSearchParams(event.rawQueryString ?? '')];
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AppError(
      'REQUEST_INVALID',
      `Query parameter ${JSON.stringify(twice.slice(0, 50))} is given more than once: give it once`,
    );
  }
  return Object.fromEntries(pairs);
}
