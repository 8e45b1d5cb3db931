import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { LINES_MAX } from '../../../demo/picture/picture.ts';
import { createRecording } from '../../../demo/recording.ts';
import { createSilenceBreaker, fetchProgress, whileWaiting } from '../../../localstack/progress.ts';
import { linesOfPicture } from '../../support/demo-text.ts';

const dir = mkdtempSync(join(tmpdir(), 'order-service-recording-'));
const file = join(dir, 'demo.svg');
afterAll(() => rmSync(dir, { recursive: true }));

it('writes what was noted, with its time, and other names for folders of this machine', () => {
  let nowMs = 0;
  const folders = [
    ['/somewhere/project/', ''],
    ['/somewhere/', '~/'],
  ] as const;
  const recording = createRecording(file, () => nowMs, folders);
  recording.note([{ text: 'log: /somewhere/project/a.log', style: 'dim' }]);
  nowMs = 1_500;
  recording.note([{ text: 'cache: /somewhere/.cache' }]);
  expect(recording.write().seconds).toBe(0.8 + 0.14 + 1.5 + 6);
  expect(linesOfPicture(readFileSync(file, 'utf8'))).toEqual([
    '$ npm run demo',
    'log: a.log',
    'cache: ~/.cache',
  ]);
});

it('leaves out what says only that something takes long, in the words of the local stack', async () => {
  const recording = createRecording(file, () => 0, []);
  const said: string[] = [];
  const say = (text: string) => {
    said.push(text);
    recording.note([{ text: '  5.0 s ', style: 'dim' }, { text: ` ${text}` }]);
  };
  const fetch = fetchProgress(say);
  fetch({ kind: 'fetching', what: 'Kafka', bytes: 1, elapsedMs: 0 });
  fetch({ kind: 'fetched', what: 'Kafka', jars: 1, elapsedMs: 1 });
  let nowMs = 0;
  const silence = createSilenceBreaker(say, () => nowMs);
  nowMs = 60_000;
  silence.look();
  vi.useFakeTimers();
  const waiting = whileWaiting('Kafka', say, new Promise((done) => setTimeout(done, 6_000)));
  await vi.advanceTimersByTimeAsync(6_000);
  vi.useRealTimers();
  await waiting;
  expect(said.length).toBe(4);
  say('Kafka is there');
  recording.write();
  const lines = linesOfPicture(readFileSync(file, 'utf8'));
  expect(lines).toEqual(['$ npm run demo', '  5.0 s  Kafka is there']);
});

it('keeps no more than is drawn, but says that there was more', () => {
  const recording = createRecording(file, () => 0, []);
  for (let n = 0; n < LINES_MAX + 50; n++) recording.note([{ text: String(n) }]);
  recording.write();
  const lines = linesOfPicture(readFileSync(file, 'utf8'));
  expect(lines.slice(-2)).toEqual([String(LINES_MAX - 1), '… more lines']);
});

it('throws where the file cannot be written', () => {
  expect(() => createRecording(join(dir, 'no/demo.svg'), () => 0, []).write()).toThrow(/ENOENT/);
});
