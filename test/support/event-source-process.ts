import { startEventSource } from '../../plugins/event-source-mapping/local/event-source.ts';
import type { EventSourceOptions } from '../../plugins/event-source-mapping/local/event-source.ts';
import type { FunctionOutput } from '../../plugins/event-source-mapping/local/types.ts';

/** What the test tells the process, and the process the test. */
export type ToProcess =
  { readonly kind: 'start'; readonly options: EventSourceOptions } | { readonly kind: 'stop' };
export type FromProcess =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'output'; readonly output: FunctionOutput }
  | { readonly kind: 'log'; readonly level: string; readonly message: string };

const send = (message: FromProcess): void => void process.send?.(message);
const log = (level: string) => (message: string) => send({ kind: 'log', level, message });

let eventSource: ReturnType<typeof startEventSource> | undefined;

process.on('message', (message: ToProcess) => {
  if (message.kind === 'stop') {
    void (eventSource?.stop() ?? Promise.resolve()).then(() => process.exit(0));
    return;
  }
  try {
    eventSource = startEventSource({
      ...message.options,
      log: { debug: log('DEBUG'), info: log('INFO'), warn: log('WARN'), error: log('ERROR') },
      onFunctionOutput: (output) => send({ kind: 'output', output }),
    });
    void eventSource.ready.then(() => send({ kind: 'ready' }));
  } catch (error) {
    send({ kind: 'failed', error: String(error) });
  }
});

// The test has ended, however it did.
process.on('disconnect', () => process.exit(0));
