import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { clipText } from '../decide/clip-text.ts';

/** Who calls where nobody asks for a name: on a developer's machine. */
export const LOCAL_PRINCIPAL = 'local';

/** Longest name that is kept, in UTF-16 units; an ARN of a role's session is below 250. */
const PRINCIPAL_CHARS_MAX = 300;

/** What API Gateway says of a caller that it let in, payload format 2.0. */
interface Authorizer {
  readonly iam?: { readonly userArn?: unknown } | null;
  readonly jwt?: { readonly claims?: { readonly sub?: unknown } | null } | null;
}

/**
 * Who makes the request, as API Gateway authenticated them: the ARN of an IAM principal, else the subject of a JWT, else
 * `local`. Nothing that the caller can write counts. Pure, total.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function principalOf({ requestContext }: APIGatewayProxyEventV2): string {
  const { authorizer } = requestContext as { readonly authorizer?: Authorizer | null };
  const names = [authorizer?.iam?.userArn, authorizer?.jwt?.claims?.sub];
  const name = names.find((one) => typeof one === 'string' && one !== '');
  return clipText(typeof name === 'string' ? name : LOCAL_PRINCIPAL, PRINCIPAL_CHARS_MAX);
}
