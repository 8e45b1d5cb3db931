import { describe, expect, it } from 'vitest';
import { lastWords } from '../../../localstack/last-words.ts';

const info = (n: number) =>
  `2026-11-24 17:18:10.${100 + n} [group-coordinator-event-processor-3] INFO org.apache.kafka.coordinator.group.GroupMetadataManager - number ${n}`;
const infos = (count: number) => Array.from({ length: count }, (_, n) => info(n));

const ERROR = [
  '2026-11-24 17:18:11.000 [main] ERROR kafka.server.KafkaRaftServer - Exiting due to fatal exception',
  'java.io.IOException: No space left on device',
  '\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)',
  '\tat java.base/sun.nio.ch.FileDispatcherImpl.write(FileDispatcherImpl.java:62)',
  '\tat java.base/sun.nio.ch.IOUtil.write(IOUtil.java:132)',
  '\tat java.base/sun.nio.ch.IOUtil.write(IOUtil.java:97)',
  '\t... 12 more',
  'Caused by: java.lang.IllegalStateException: the cause',
  '\tat one.Place.here(Place.java:1)',
];

describe('lastWords', () => {
  it('are the warnings and errors, with the first lines of each stack, whatever was logged around them', () => {
    const log = [...infos(30), ...ERROR, ...infos(30)].join('\n');

    expect(lastWords(log)).toEqual([...ERROR.slice(0, 5), ...ERROR.slice(7)]);
  });

  it('are what no logger wrote: a Java that does not start, a kill', () => {
    expect(lastWords([...infos(30), 'Killed'].join('\n'))).toEqual(['Killed']);
    expect(lastWords('Error: Could not create the Java Virtual Machine.\n')).toEqual([
      'Error: Could not create the Java Virtual Machine.',
    ]);
  });

  it('are the last lines where nothing else is there', () => {
    expect(lastWords(infos(30).join('\n'))).toEqual(infos(30).slice(-12));
    expect(lastWords('')).toEqual([]);
  });

  it('of Maven are its errors without what it says after every one of them', () => {
    const log = `\u001b[0m[INFO] BUILD FAILURE
[INFO] Total time:  0.151 s
[ERROR] Could not transfer artifact a:b:1 from central: Connection refused -> [Help 1]
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
[ERROR] For more information about the errors and possible solutions, please read the following articles:
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/PluginResolutionException
\u001b[0m\u001b[0m`;

    expect(lastWords(log)).toEqual([
      '[ERROR] Could not transfer artifact a:b:1 from central: Connection refused -> [Help 1]',
    ]);
  });

  it('do not run on for ever', () => {
    const [line = ''] = lastWords('x'.repeat(5_000));
    expect(line.length).toBeLessThan(600);
    expect(lastWords(Array.from({ length: 100 }, (_, n) => `crash ${n}`).join('\n'))).toHaveLength(
      12,
    );
  });
});
