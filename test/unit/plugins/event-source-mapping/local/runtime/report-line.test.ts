import { describe, expect, it } from 'vitest';
import { reportLine } from '../../../../../../plugins/event-source-mapping/local/runtime/report-line.ts';

const report = {
  requestId: 'r',
  durationMs: 12.3,
  memoryMb: 128,
  peakMemoryMb: 60,
  initMs: 200.5,
  status: 'success',
} as const;

describe('reportLine', () => {
  it('reads as on Lambda', () => {
    expect(reportLine(report)).toBe(
      'REPORT RequestId: r\tDuration: 12.30 ms\tBilled Duration: 213 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tInit Duration: 200.50 ms',
    );
  });

  it('leaves out what is not known, and names a bad end', () => {
    const bare = {
      ...report,
      peakMemoryMb: undefined,
      initMs: undefined,
      status: 'timeout',
    } as const;
    expect(reportLine(bare)).toBe(
      'REPORT RequestId: r\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tStatus: timeout',
    );
  });
});
