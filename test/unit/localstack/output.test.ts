import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../localstack/output.ts';

const PROCESSED =
  '{"level":"INFO","message":"Order ORDER-1 processed successfully","orderId":"ORDER-1","attempt":1}';
const METRICS = '{"_aws":{"Timestamp":1},"RecordsProcessed":1}';

type Kind = 'pipe' | 'terminal' | 'colours' | 'NO_COLOR';

const COLOURFUL = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

/** An output whose two streams are terminals, with or without colours, or pipes. */
function outputOf(kind: Kind) {
  const stdout = stream(kind);
  const stderr = stream(kind);
  const output = createOutput(stdout, stderr);
  return {
    output,
    stdout: () => String(stdout.read() ?? ''),
    stderr: () => String(stderr.read() ?? ''),
  };
}

function stream(kind: Kind) {
  const isTTY = kind !== 'pipe';
  const env = { ...COLOURFUL, ...(kind === 'NO_COLOR' && { NO_COLOR: '1' }) };
  const hasColors = () => kind !== 'terminal' && WriteStream.prototype.getColorDepth(env) > 1;
  const like = Object.assign(new PassThrough(), { isTTY, hasColors });
  return like as unknown as NodeJS.WriteStream;
}

describe('piped', () => {
  it('stdout has the functions’ log lines as they are; everything else goes to stderr, but for noise', () => {
    const { output, stdout, stderr } = outputOf('pipe');

    output.tell('The stack is up.');
    output.functionLine(PROCESSED);
    output.functionLine(METRICS);
    output.functionLine('┌──────┐');
    output.frameworkLine('Server ready: http://localhost:8000 🚀');
    output.frameworkLine('');
    output.functionLine('somebody called console.log');
    output.frameworkLine('Warning: cannot join');

    expect(stdout()).toBe(`${PROCESSED}\n${METRICS}\n`);
    expect(stderr()).toBe('The stack is up.\nsomebody called console.log\nWarning: cannot join\n');
  });
});

describe('at a terminal', () => {
  it('shows a readable line per event, without metrics, frames and what the framework says always', () => {
    const { output, stdout, stderr } = outputOf('terminal');

    output.functionLine(PROCESSED);
    output.functionLine(METRICS);
    output.functionLine('┌──────┐');
    output.functionLine('somebody called console.log \u001b[2J');
    output.frameworkLine('Server ready: http://localhost:8000 🚀');
    output.frameworkLine('Warning: cannot join');

    expect(stdout()).toBe(
      'ORDER-1  processed\n' +
        String.raw`somebody called console.log \x1b[2J` +
        '\nWarning: cannot join\n',
    );
    expect(stderr()).toBe('');
  });

  it('has no colours where the environment says NO_COLOR', () => {
    const { output, stdout } = outputOf('NO_COLOR');

    output.functionLine(PROCESSED);

    expect(stdout()).toBe('ORDER-1  processed\n');
  });

  it('colours where the terminal does', () => {
    const { output, stdout } = outputOf('colours');

    output.functionLine(PROCESSED);

    expect(stdout()).toBe('ORDER-1  \u001b[32mprocessed\u001b[39m\n');
  });
});
