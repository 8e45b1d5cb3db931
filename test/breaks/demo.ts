import type { Break } from './break.ts';

const PICTURE_TEST = 'test/unit/demo/picture/picture.test.ts';

/** The demo, and the picture of it that the README shows. */
export const DEMO: readonly Break[] = [
  {
    name: 'demo-says-something-else',
    guarantee: 'the picture in the README shows what the demo says',
    file: 'demo/scenes.ts',
    find: "'it recovers by itself, at its second attempt'",
    replace: "'it recovers by itself'",
    test: {
      file: 'test/unit/docs/demo-picture.test.ts',
      name: 'docs/demo.svg (npm run demo -- --record docs/demo.svg makes it anew) > "it recovers by itself, at its second attempt" still stands in the source',
    },
  },
  {
    name: 'text-becomes-markup',
    guarantee: 'a picture is well-formed whatever the demo says',
    file: 'demo/picture/picture.ts',
    find: ".replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? '')",
    replace: '',
    test: { file: PICTURE_TEST, name: 'what is drawn > is well-formed whatever the lines say' },
  },
  {
    name: 'motion-for-everybody',
    guarantee: 'who wants no motion gets none',
    file: 'demo/picture/picture.ts',
    find: '{.rows,.curtain{animation:none}}',
    replace: '{.rows{animation:none}}',
    test: { file: PICTURE_TEST, name: 'how it moves > who wants no motion sees the end' },
  },
  {
    name: 'waits-at-full-length',
    guarantee: 'nobody watches a long wait',
    file: 'demo/picture/timing.ts',
    find: 'Math.min(Math.max(waitedMs, leastMs(line)), WAIT_MAX_MS)',
    replace: 'Math.max(waitedMs, leastMs(line))',
    test: { file: 'test/unit/demo/picture/timing.test.ts', name: 'shortens waits' },
  },
  {
    name: 'picture-names-folders',
    guarantee: 'a picture tells nothing of the machine that it was made on',
    file: 'demo/recording.ts',
    find: 'text: shortened(span.text)',
    replace: 'text: span.text',
    test: {
      file: 'test/unit/demo/recording.test.ts',
      name: 'writes what was noted, with its time, and other names for folders of this machine',
    },
  },
];
