import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mappingTable } from '../../../infra/mappings.ts';
import { topicTable } from '../../../infra/topics.ts';
import { parseConfig } from '../../../lib/config.ts';
import { deploymentOf } from '../../support/deployment.ts';
import { blocksOf, readPage, sectionOf } from '../../support/markdown.ts';
import { ROOT } from '../../support/source-files.ts';

const page = readPage('README.md');
const config = parseConfig({});

describe('the picture', () => {
  const picture = blocksOf(page).find(({ language }) => language === 'mermaid')?.text ?? '';
  const textsIn = (open: string, close: string) =>
    [...picture.matchAll(new RegExp(`${open}"([^"]+)"${close}`, 'g'))].map(([, text = '']) => text);

  it('has every topic', () => {
    const drawn = textsIn('\\[/', '/\\]').flatMap((text) => {
      const [first = '', ...more] = text.split(', ');
      return [first, ...more.map((end) => first.replace(/-[^-]+$/, end))];
    });
    const topics = topicTable(config).map(({ topic }) => topic);
    expect(drawn.toSorted()).toEqual(topics.toSorted());
  });

  it('has every function behind a topic', () => {
    const drawn = textsIn('\\w\\[', '\\]').filter((text) => !text.includes(' '));
    expect(drawn.toSorted()).toEqual(Object.keys(mappingTable(config, deploymentOf())).toSorted());
    const there = readdirSync(join(ROOT, 'functions'));
    expect(drawn.filter((name) => !there.includes(`${name}.ts`))).toEqual([]);
  });
});

it('the price counts the mappings that there are', () => {
  expect(Object.values(mappingTable(config, deploymentOf())).flat()).toHaveLength(7);
  expect(sectionOf(page, 'What it costs on AWS')).toContain('all seven mappings');
});

it('the price of waiting is that of the policy', () => {
  const waitsMs = config.policy.tierAfterAttempt.map(({ delayMs }) => delayMs);
  expect(waitsMs.reduce((sum, delayMs) => sum + delayMs, 0)).toBe(7_000);
  expect(readPage('serverless.yml')).toMatch(/retry-orders:\n(?: {4}.*\n)*? {4}memorySize: 1024/);
});
