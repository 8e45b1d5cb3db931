import { expect, it } from 'vitest';
import { newClusterId } from '../../../localstack/cluster-id.ts';

it('is 16 bytes in base64url, another one each time, and never looks like an option', () => {
  const ids = Array.from({ length: 5_000 }, newClusterId);

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([]);
});
