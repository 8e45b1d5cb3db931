import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideWave, widenedWave } from '../../../lib/decide/job-wave.ts';
import { NO_PROGRESS } from '../../../lib/decide/job-plan.ts';
import type { JobProgress, JobSettings } from '../../../lib/model/job.ts';
import { startedJob } from '../../support/jobs.ts';

const counts = (resolved = 0, failedAgain = 0, stale = 0) => ({ resolved, failedAgain, stale });
const job = (
  progress: Pick<JobProgress, 'position' | 'wave'>,
  settings: Partial<JobSettings> = {},
  planned = 100,
) =>
  startedJob({
    planned,
    settings: { ...startedJob().settings, ...settings },
    progress: { ...NO_PROGRESS, ...progress },
  });
const at = (position: number, from: number, to: number) => ({ position, wave: { from, to } });

describe('a redrive', () => {
  it.each([
    { what: 'begins with its canary', progress: at(0, 0, 0), gives: ['next-wave', 0, 1] },
    { what: 'sends a wave', progress: at(1, 1, 3), wave: counts(), gives: ['send', 3] },
    {
      what: 'waits for all of it',
      progress: at(3, 1, 3),
      wave: counts(1),
      pending: 1,
      gives: ['wait'],
    },
    { what: 'doubles', progress: at(3, 1, 3), wave: counts(2), gives: ['next-wave', 3, 7] },
    {
      what: 'does not go beyond its list',
      progress: at(70, 40, 70),
      wave: counts(30),
      gives: ['next-wave', 70, 100],
    },
    { what: 'is over', progress: at(100, 60, 100), wave: counts(40), gives: ['over'] },
    {
      what: 'waits for the last ones',
      progress: at(100, 60, 100),
      wave: counts(39),
      pending: 1,
      gives: ['wait'],
    },
    {
      what: 'stops after a lone canary that failed',
      progress: at(1, 0, 1),
      wave: counts(0, 1),
      gives: ['stop'],
    },
    {
      what: 'stops after a lone canary that went stale',
      progress: at(1, 0, 1),
      wave: counts(0, 0, 1),
      gives: ['stop'],
    },
    {
      what: 'stops after a lone canary that nobody knows any more',
      progress: at(1, 0, 1),
      gives: ['stop'],
    },
    {
      what: 'stops after one that came behind others that were left alone',
      progress: at(3, 0, 3),
      gives: ['stop'],
    },
    {
      what: 'goes on after one behind others that were left alone',
      progress: at(3, 0, 3),
      wave: counts(1),
      gives: ['next-wave', 3, 5],
    },
    {
      what: 'waits for a lone canary',
      progress: at(1, 0, 1),
      pending: 1,
      gives: ['wait'],
    },
    {
      what: 'is over where all were left alone',
      progress: at(100, 0, 100),
      gives: ['over'],
    },
    {
      what: 'goes on within the ratio',
      progress: at(15, 5, 15),
      wave: counts(8, 1, 1),
      gives: ['next-wave', 15, 35],
    },
    {
      what: 'stops over the ratio',
      progress: at(15, 5, 15),
      wave: counts(7, 2, 1),
      gives: ['stop'],
    },
    {
      what: 'judges a wave by what was sent of it, not by what was left out',
      progress: at(20, 5, 20),
      wave: counts(7, 3),
      gives: ['stop'],
    },
    {
      what: 'stops within a wave that cannot end within it',
      progress: at(9, 5, 15),
      wave: counts(0, 3),
      pending: 1,
      gives: ['stop'],
    },
    {
      what: 'gives a wave a chance',
      progress: at(9, 5, 15),
      wave: counts(0, 2),
      pending: 2,
      gives: ['send', 15],
    },
    {
      what: 'has nothing to stop at the end',
      progress: at(100, 60, 100),
      wave: counts(0, 40),
      gives: ['over'],
    },
  ] as const)('$what', ({ progress, gives, ...rest }) => {
    const { wave = counts(), pending = 0 } = rest as {
      wave?: ReturnType<typeof counts>;
      pending?: number;
    };
    const { kind, ...where } = decideWave(job(progress), wave, pending);
    expect([kind, ...Object.values(where)]).toEqual(gives);
  });

  it('with a canary of one must see it resolved, whatever the ratio', () => {
    const lenient = job(at(1, 0, 1), { stopAtFailureRatio: 1 });
    expect(decideWave(lenient, counts(0, 1), 0).kind).toBe('stop');
    const larger = job(at(2, 0, 2), { stopAtFailureRatio: 1, canary: 2 });
    expect(decideWave(larger, counts(0, 2), 0).kind).toBe('next-wave');
  });

  it('of a large wave is stopped before it has ended', () => {
    const large = job(at(500, 0, 5_000), { canary: 5_000 }, 10_000);
    expect(decideWave(large, counts(80, 20), 400).kind).toBe('send');
    expect(decideWave(large, counts(79, 21), 400).kind).toBe('stop');
  });

  it('ends, whatever becomes of each, and never sends a wave before the one before it has ended', () => {
    const setting = fc.record({
      planned: fc.integer({ min: 0, max: 300 }),
      canary: fc.integer({ min: 1, max: 50 }),
      stopAtFailureRatio: fc.constantFrom(0, 0.2, 1),
      failing: fc.func(fc.boolean()),
    });
    fc.assert(
      fc.property(setting, ({ planned, canary, stopAtFailureRatio, failing }) => {
        let progress = { ...NO_PROGRESS };
        let sizes: number[] = [];
        let wave = counts();
        for (let steps = 0; ; steps++) {
          expect(steps).toBeLessThan(1_000);
          const step = decideWave(job(progress, { canary, stopAtFailureRatio }, planned), wave, 0);
          if (step.kind === 'over' || step.kind === 'stop') {
            if (step.kind === 'over') expect(progress.position).toBe(planned);
            break;
          }
          if (step.kind === 'send') {
            const failed = failing(progress.position);
            progress = { ...progress, position: progress.position + 1 };
            wave = failed
              ? { ...wave, failedAgain: wave.failedAgain + 1 }
              : { ...wave, resolved: wave.resolved + 1 };
            continue;
          }
          expect(step.kind).toBe('next-wave');
          if (step.kind !== 'next-wave') break;
          sizes = [...sizes, step.to - step.from];
          progress = { ...progress, wave: { from: step.from, to: step.to } };
          wave = counts();
        }
        const full = sizes.slice(0, -1);
        expect(full).toEqual(full.map((_, index) => canary * 2 ** index));
      }),
    );
  });
});

it.each(['discard', 'restore', 'purge'] as const)('a %s is one wave', (kind) => {
  const of = (position: number) => ({ ...job(at(position, 0, 0)), kind });
  expect(decideWave(of(0), counts(), 0)).toEqual({ kind: 'send', to: 100 });
  expect(decideWave(of(50), counts(10), 40)).toEqual({ kind: 'send', to: 100 });
  expect(decideWave(of(100), counts(60), 40)).toEqual({ kind: 'wait' });
  expect(decideWave(of(100), counts(100), 0)).toEqual({ kind: 'over' });
});

it('a wave grows by what was left out of it, and not beyond the list', () => {
  expect(widenedWave({ from: 0, to: 1 }, 2, 100)).toEqual({ from: 0, to: 3 });
  expect(widenedWave({ from: 0, to: 99 }, 2, 100)).toEqual({ from: 0, to: 100 });
});
