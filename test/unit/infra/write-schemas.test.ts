import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SCHEMAS, schemaModule } from '../../../infra/write-schemas.ts';
import { ROOT } from '../../support/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it.each(SCHEMAS)('$module is what `npm run schemas` makes of $avsc', ({ avsc, module }) => {
  expect(read(module)).toBe(schemaModule(read(avsc), avsc));
});

it.each(SCHEMAS)('every field of $avsc is documented', ({ avsc }) => {
  const { doc, fields } = JSON.parse(read(avsc)) as { doc: string; fields: { doc?: string }[] };
  for (const text of [doc, ...fields.map((field) => field.doc)]) expect(text).toMatch(/\w.*\./);
});
