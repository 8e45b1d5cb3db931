import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(import.meta.dirname, '..');

/** Every schema, and the module that carries its text into the bundles (Node imports no .avsc). */
export const SCHEMAS = [
  { avsc: 'lib/codec/dead-letter-envelope.avsc', module: 'lib/codec/dead-letter-envelope.ts' },
  { avsc: 'lib/orders/order-event.avsc', module: 'lib/orders/order-event-schema.ts' },
] as const;

/** The module of a schema, from the schema's text: the same JSON on one line. Pure. */
export function schemaModule(avsc: string, path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const text = JSON.stringify(JSON.parse(avsc));
  const name = file.replace('.avsc', '').replaceAll('-', '_').toUpperCase();
  return `/** Made of ${file} by \`npm run schemas\`: change that, and run it. */
// prettier-ignore
export const ${name}_SCHEMA = ${JSON.stringify(text)};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { avsc, module } of SCHEMAS) {
    writeFileSync(join(ROOT, module), schemaModule(readFileSync(join(ROOT, avsc), 'utf8'), avsc));
  }
}
