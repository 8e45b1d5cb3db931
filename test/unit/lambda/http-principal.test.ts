import fc from 'fast-check';
import { expect, it } from 'vitest';
import { principalOf } from '../../../lib/lambda/http-principal.ts';
import { httpEvent } from '../../support/http-events.ts';

const ROLE = 'arn:aws:sts::123456789012:assumed-role/operators/ada';

function principal(authorizer: unknown, headers: Record<string, string> = {}): string {
  const event = httpEvent({ path: '/api/dlq/redrives', headers });
  return principalOf({
    ...event,
    requestContext: { ...event.requestContext, authorizer } as never,
  });
}

it.each([
  {
    what: 'an IAM principal',
    authorizer: { iam: { userArn: ROLE, userId: 'AROA:ada' } },
    is: ROLE,
  },
  { what: 'a JWT', authorizer: { jwt: { claims: { sub: 'ada' }, scopes: null } }, is: 'ada' },
  {
    what: 'both',
    authorizer: { iam: { userArn: ROLE }, jwt: { claims: { sub: 'ada' } } },
    is: ROLE,
  },
  {
    what: 'a JWT beside an empty ARN',
    authorizer: { iam: { userArn: '' }, jwt: { claims: { sub: 'ada' } } },
    is: 'ada',
  },
  { what: 'IAM without ARN', authorizer: { iam: null }, is: 'local' },
  { what: 'a JWT without subject', authorizer: { jwt: { claims: { sub: 7 } } }, is: 'local' },
  { what: 'null', authorizer: null, is: 'local' },
  { what: 'nothing', authorizer: undefined, is: 'local' },
])('of $what', ({ authorizer, is }) => {
  expect(principal(authorizer)).toBe(is);
});

it('is nothing that the caller can write', () => {
  const headers = { authorization: 'Bearer ada', 'x-principal': 'ada', 'x-amz-user-arn': ROLE };
  expect(principal(undefined, headers)).toBe('local');
});

it('is a text of bounded length, whatever stands there', () => {
  const anything = fc.anything({ withBigInt: false, maxDepth: 3 });
  const shaped = fc.record({ iam: fc.record({ userArn: anything }), jwt: anything });
  fc.assert(
    fc.property(fc.oneof(anything, shaped), (authorizer) => {
      const name = principal(authorizer);
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(300);
    }),
  );
  expect(principal({ iam: { userArn: 'x'.repeat(10_000) } })).toHaveLength(300);
});
