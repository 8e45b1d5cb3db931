import { expect, it } from 'vitest';
import { createStopWords } from '../../../localstack/stop-words.ts';

it('one Ctrl-C is one, although npm passes it on; a later one is told that it goes on', () => {
  let nowMs = 5;
  const words = createStopWords(() => nowMs);
  const at = (ms: number) => {
    nowMs = ms;
    return words();
  };

  expect(at(1_000)).toMatch(/^\nStopping …$/);
  expect(at(1_020)).toBeUndefined();
  expect(at(3_000)).toMatch(/^Still stopping/);
});
