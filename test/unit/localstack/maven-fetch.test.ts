import { expect, it } from 'vitest';
import { downloadedBytes } from '../../../localstack/maven-fetch.ts';

it('adds up what Maven says that it has downloaded', () => {
  const log = `[INFO] Downloading from central: https://repo/kafka_2.13-4.1.2.jar
[INFO] Downloaded from central: https://repo/kafka_2.13-4.1.2.jar (2.1 MB at 18 MB/s)
[INFO] Downloaded from central: https://repo/a.pom (910 B at 6.1 kB/s)
[INFO] Downloaded from mirror (of all): https://repo/re2j-1.8.jar (114 kB at 117 kB/s)`;

  expect(downloadedBytes(log)).toBeCloseTo(2_214_910);
  expect(downloadedBytes('')).toBe(0);
});
