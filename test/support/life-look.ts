import { expect } from 'vitest';
import { DEAD_LETTER_STATES, type IntakeEvent } from '../../lib/model/dead-letter.ts';
import type { Redrive } from '../../lib/model/retry.ts';
import { failedEvent } from './dead-letters.ts';
import { hasEnded, LETTERS, type LifeWorld } from './life-world.ts';

/** A claim for a redrive, and how far its record came. */
export interface Claim {
  readonly letter: number;
  readonly redrive: Redrive;
  state: 'claimed' | 'sent' | 'released';
  /** False where it was released in time: it is no redrive then. */
  counts: boolean;
}

/** What has happened so far: facts, and what is under way. */
export interface LifeModel {
  /** Every event that was ever written to the intake. */
  readonly events: { readonly event: IntakeEvent; isSettled: boolean }[];
  readonly claims: Claim[];
  /** Letters of which a claim was set back though its record was sent. */
  readonly inDoubt: Set<number>;
  jobs: number;
}

/** Every order has failed for good; nobody has heard of it yet. */
export const newLife = (): LifeModel => ({
  events: LETTERS.map((letter) => ({ event: failedEvent(letter), isSettled: false })),
  claims: [],
  inDoubt: new Set(),
  jobs: 0,
});

/** After every command, whatever it was. */
export async function look(model: LifeModel, world: LifeWorld): Promise<void> {
  expect(world.monitor.faults).toEqual([]);
  for (const [letter, { id }] of LETTERS.entries()) {
    const item = world.item(letter);
    const last = await world.monitor.last(id);
    expect(world.monitor.faults).toEqual([]);
    if (item === undefined) continue;
    const counting = model.claims.filter((claim) => claim.letter === letter && claim.counts);
    // One that was set back and sent counts once its outcome is there.
    if (model.inDoubt.has(letter)) expect(item.redriveCount).toBeGreaterThanOrEqual(0);
    else expect(item.redriveCount).toBe(counting.length);
    const mayBeGone = world.monitor.processed.has(id) || item.state === 'purging';
    if (!mayBeGone && !hasEnded(item)) {
      expect(last).toMatchObject({ kind: 'envelope', bytesMissing: item.bytesMissing });
    }
  }
  if (world.faultsHit() === 0) lookAtGroups(world);
}

/** While every answer came, the counts of the groups are what counting anew would give. */
function lookAtGroups({ groups, index }: LifeWorld): void {
  for (const { group, counts } of groups.groups()) {
    const items = index.items().filter((item) => item.group === group);
    const recount = DEAD_LETTER_STATES.map((state) => [
      state,
      items.filter((item) => item.state === state).length,
    ]);
    expect(counts).toEqual(Object.fromEntries(recount));
  }
}

/** Every event comes until it is settled; then nothing is half done any more. */
export async function settleAll(model: LifeModel, world: LifeWorld): Promise<void> {
  for (const one of model.events.filter(({ isSettled }) => !isSettled)) {
    expect(
      await world.clock.run(world.deliver(one.event, { delaysMs: [], fault: undefined })),
    ).toBe(true);
  }
  await look(model, world);
  for (const [letter, { id }] of LETTERS.entries()) {
    const item = world.item(letter);
    const last = await world.monitor.last(id);
    if (world.monitor.processed.has(id)) expect(hasEnded(item)).toBe(true);
    if (item === undefined) continue;
    expect({ state: item.state, last: last?.kind }).toEqual({
      state: item.state,
      last: hasEnded(item) ? 'tombstone' : 'envelope',
    });
  }
}
