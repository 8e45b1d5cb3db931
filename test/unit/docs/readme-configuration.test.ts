import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../../lib/config-fields.ts';
import { stackSettings } from '../../../localstack/settings.ts';
import { readPage, sectionOf, tablesOf } from '../../support/markdown.ts';
import { sourceFiles } from '../../support/source-files.ts';

const section = sectionOf(readPage('README.md'), 'Configuration');
const [service = [], local = []] = tablesOf(section);

/** As somebody would write it into the environment; nothing where there is no default. */
function defaultText(fallback: (typeof FIELDS)[keyof typeof FIELDS]['fallback']): string {
  if (typeof fallback === 'boolean') return fallback ? 'on' : 'off';
  return String(fallback);
}

describe('the configuration table', () => {
  it('has every variable that the functions read, with its default and meaning, in their order', () => {
    const fields = Object.values(FIELDS).map(({ name, fallback, meaning }) => [
      name,
      defaultText(fallback),
      meaning,
    ]);
    expect(service).toEqual(fields);
  });
});

describe('the table of the local stack', () => {
  const names = local.map(([name]) => name);

  it('has the ports with their defaults', () => {
    const { ports } = stackSettings({});
    for (const { variable, port } of Object.values(ports)) {
      expect(local.find(([name]) => name === variable)?.[1]).toBe(String(port));
    }
  });

  it('has every variable that the local stack and the tools read, and no other', () => {
    const read = sourceFiles('localstack', 'cli', 'demo').flatMap(({ text }) =>
      [...text.matchAll(/\benv\??\.?\[?'?([A-Z][A-Z_]+)'?\]?|\bport\('([A-Z_]+)'/g)].map(
        (match) => match[1] ?? match[2] ?? '',
      ),
    );
    // Read because everything on this machine has them; NO_COLOR is honoured by Node.
    const common = ['PATH', 'HOME', 'CI'];
    // Of the functions' table.
    const ours = Object.values(FIELDS).map(({ name }) => name as string);
    const own = ['KAFKA_BROKERS', 'ORDER_FAILURE_SIMULATION', 'NO_COLOR'];
    const expected = read.filter((name) => ![...common, ...ours].includes(name));
    expect(names.map(String).toSorted()).toEqual([...new Set([...expected, ...own])].toSorted());
  });
});
