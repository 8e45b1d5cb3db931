import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lifeCommands } from '../../support/life-arbitraries.ts';
import { newLife, settleAll } from '../../support/life-look.ts';
import { createLifeWorld } from '../../support/life-world.ts';

/** Whatever happens, in whatever order, by several at once: what test/support/life-*.ts looks at after every command. */
const lives = (withFaults: boolean) =>
  fc.asyncProperty(
    fc.commands(lifeCommands(withFaults), { maxCommands: 60, size: 'max' }),
    async (commands) => {
      const model = newLife();
      const world = createLifeWorld();
      await fc.asyncModelRun(() => ({ model, real: world }), commands);
      await settleAll(model, world);
      expect(world.monitor.faults).toEqual([]);
    },
  );

it('a dead letter lives by its states, whatever comes twice, late, or at once; groups count it', async () => {
  await expect(fc.assert(lives(false), { numRuns: 200 })).resolves.toBeUndefined();
}, 120_000);

it('and where somebody dies at any step, or is not answered, its record says in the end what it is', async () => {
  await expect(fc.assert(lives(true), { numRuns: 300 })).resolves.toBeUndefined();
}, 120_000);
