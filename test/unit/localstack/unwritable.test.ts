import { expect, it } from 'vitest';
import { unwritable } from '../../../localstack/unwritable.ts';

it.each([
  { code: 'ENOSPC', remedy: /Make room/ },
  { code: 'EACCES', remedy: /Give yourself the right to/ },
  { code: 'EROFS', remedy: /LOCALSTACK_DIR to a folder of your own/ },
])('$code: cause and remedy', ({ code, remedy }) => {
  const error = unwritable('/data', Object.assign(new Error('no'), { code }));

  expect(error.message).toBe(`/data cannot be written: ${code}.`);
  expect(error.remedy).toMatch(remedy);
});
