import { blocksOf, readPage, type Block } from './markdown.ts';

/** A block of commands of the README, and the answer that it shows behind it. */
export interface Commands {
  readonly script: string;
  /** JSON, where the next block is some. */
  readonly answer: unknown;
}

const blocks = blocksOf(readPage('README.md'));

export const COMMANDS: readonly Commands[] = blocks.flatMap((block, index) =>
  block.language === 'sh'
    ? [{ script: block.text.trim(), answer: answerOf(blocks[index + 1]) }]
    : [],
);

/** The excerpt of what the demo says. */
export const DEMO_EXCERPT: readonly string[] = (
  blocks.find(({ language }) => language === 'text')?.text ?? ''
)
  .split('\n')
  .filter((line) => line !== '');

function answerOf(block: Block | undefined): unknown {
  return block?.language === 'json' ? JSON.parse(block.text) : undefined;
}

/** What varies from run to run: compared by type alone. */
const VARYING = ['attempt', 'topic', 'partition', 'offset', 'originalPartition', 'originalOffset'];

/**
 * Where an answer differs from the one that the README shows: other fields, another type, another value. Text with "…"
 * stands for any that begins so; of a list, the first of each is compared.
 */
export function differences(shown: unknown, got: unknown, path = 'answer'): string[] {
  if (typeof shown === 'string' && shown.includes('…')) {
    const [start = ''] = shown.split('…');
    return typeof got === 'string' && got.startsWith(start) ? [] : [`${path}: ${say(got)}`];
  }
  if (shown === null || typeof shown !== 'object') {
    const isSame = VARYING.some((name) => path.endsWith(`.${name}`))
      ? typeof got === typeof shown
      : got === shown;
    return isSame ? [] : [`${path}: ${say(got)} instead of ${say(shown)}`];
  }
  if (got === null || typeof got !== 'object') return [`${path}: ${say(got)}`];
  if (Array.isArray(shown)) {
    return shown
      .slice(0, 1)
      .flatMap((one, index) => differences(one, (got as unknown[])[index], `${path}[${index}]`));
  }
  const names = [...new Set([...Object.keys(shown), ...Object.keys(got)])];
  return names.flatMap((name) =>
    name in shown && name in got
      ? differences(shown[name as never], got[name as never], `${path}.${name}`)
      : [`${path}.${name}: only in ${name in shown ? 'the README' : 'the answer'}`],
  );
}

function say(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
}
