import type fc from 'fast-check';
import { expect } from 'vitest';
import { DEAD_LETTER_STATES, type IntakeEvent } from '../../lib/model/dead-letter.ts';
import type { Redrive } from '../../lib/model/retry.ts';
import { failedEvent } from './dead-letters.ts';
import { expectStep, stateAfterChange, stateAfterEvent } from './life-spec.ts';
import {
  hasEnded,
  LETTERS,
  STALE_AFTER_MS,
  type ChangeKind,
  type Course,
  type LifeWorld,
} from './life-world.ts';

/** A claim for a redrive, and how far its record came. */
interface Claim {
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
  jobs: number;
}

/** Every order has failed for good; nobody has heard of it yet. */
export const newLife = (): LifeModel => ({
  events: LETTERS.map((letter) => ({ event: failedEvent(letter), isSettled: false })),
  claims: [],
  jobs: 0,
});

type Command = fc.AsyncCommand<LifeModel, LifeWorld>;

export const ANSWERED: Course = { delaysMs: [], fault: undefined };
const BY = { functionName: 'retry-orders', functionVersion: '1', requestId: 'r-1' };

const pick = <T>(from: readonly T[], seed: number): T => from[seed % from.length]!;
const idOf = (letter: number): string => LETTERS[letter]!.id;

/** After every command, whatever it was. */
async function look(model: LifeModel, world: LifeWorld): Promise<void> {
  expect(world.monitor.faults).toEqual([]);
  for (const [letter, { id }] of LETTERS.entries()) {
    const item = world.item(letter);
    const last = await world.monitor.last(id);
    expect(world.monitor.faults).toEqual([]);
    if (item === undefined) continue;
    const counting = model.claims.filter((claim) => claim.letter === letter && claim.counts);
    expect(item.redriveCount).toBe(counting.length);
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

/** Wraps a command's work, and names it in a failing run. */
function command(
  name: string,
  run: (model: LifeModel, world: LifeWorld) => Promise<void>,
  check: (model: Readonly<LifeModel>) => boolean = () => true,
): Command {
  return {
    check,
    async run(model, world) {
      await run(model, world);
      await look(model, world);
    },
    toString: () => name,
  };
}

function write(model: LifeModel, event: IntakeEvent): void {
  model.events.push({ event, isSettled: false });
}

/** The order's event is handed over once more. */
export const fail = (letter: number, attempts: number) =>
  command(`fail ${letter}`, async (model) => {
    write(model, failedEvent({ ...LETTERS[letter]!, attempts }));
  });

/** The record of a claim is published, however late. */
export const send = (seed: number) =>
  command(
    `send ${seed}`,
    async ({ claims }) => {
      const sendable = claims.filter(({ state }) => state === 'claimed');
      if (sendable.length > 0) pick(sendable, seed).state = 'sent';
    },
    ({ claims }) => claims.length > 0,
  );

const outcomeOf = (name: string, seed: number, toEvent: (claim: Claim) => IntakeEvent) =>
  command(
    `${name} ${seed}`,
    async (model, { monitor }) => {
      const sent = model.claims.filter(({ state }) => state === 'sent');
      if (sent.length === 0) return;
      const event = toEvent(pick(sent, seed));
      if (event.kind === 'processed') monitor.processed.add(event.id);
      write(model, event);
    },
    ({ claims }) => claims.length > 0,
  );

/** A copy of a redriven record, of whatever redrive, is processed. */
export const succeed = (seed: number) =>
  outcomeOf('succeed', seed, ({ letter, redrive }) => {
    const { id, origin } = LETTERS[letter]!;
    return { kind: 'processed', id, origin, redrive, attempts: 1, processedAtMs: 1, by: BY };
  });

/** A copy of a redriven record, of whatever redrive, fails for good. */
export const failAgain = (seed: number, bytesFit: boolean) =>
  outcomeOf('fail again', seed, ({ letter, redrive }) => {
    const failed = failedEvent({ ...LETTERS[letter]!, redrive });
    if (bytesFit) return failed;
    const summary = { orderId: 'ORDER-1', originalMessageEncoding: 'utf-8' as const };
    const leftOut = { ...summary, valueSizeBytes: 9_000_000, valueSha256: 'ab' };
    return { ...failed, record: { key: null, value: null, headers: [] }, leftOut };
  });

/** Somebody asks for a tombstone: a purge that was claimed, or one that nobody claimed. */
export const ask = (letter: number) =>
  command(`ask for the tombstone of ${letter}`, async (model) => {
    write(model, { kind: 'purge', id: idOf(letter), askedAtMs: 1 });
  });

export const wait = () =>
  command('wait until claims are stale', async (_, { clock }) => {
    await clock.run(clock.sleep(STALE_AFTER_MS));
  });

/** @param isAlone nobody else acts: what becomes of it is known */
type Actor = (model: LifeModel, world: LifeWorld, isAlone: boolean) => Promise<void>;

/** The writer takes an event: one that waits for it, or any earlier one once more. */
export const deliver =
  (seed: number, course: Course): Actor =>
  async (model, world, isAlone) => {
    if (model.events.length === 0) return;
    const waiting = model.events.filter(({ isSettled }) => !isSettled);
    const isEarlier = seed % 4 === 0 || waiting.length === 0;
    const delivered = pick(isEarlier ? model.events : waiting, Math.floor(seed / 4));
    const { event } = delivered;
    const letter = LETTERS.findIndex(({ id }) => id === event.id);
    const before = world.item(letter);
    const hits = world.faultsHit();
    // What a writer leaves half done comes again.
    delivered.isSettled = await world.deliver(event, course);
    if (!isAlone || world.faultsHit() > hits) return;
    expect(delivered.isSettled).toBe(true);
    const state = stateAfterEvent(before, event);
    const isOpened = event.kind === 'failed' && before?.state === 'redriving' && state === 'open';
    expectStep(before, world.item(letter), state, isOpened || state !== before?.state);
  };

export const change =
  (kind: ChangeKind, seed: number, course: Course): Actor =>
  async (model, world, isAlone) => {
    const unsent = model.claims.filter(({ state }) => state === 'claimed');
    const released = kind === 'release' && unsent.length > 0 ? pick(unsent, seed) : undefined;
    if (kind === 'release' && released === undefined) return;
    const letter = released?.letter ?? seed % LETTERS.length;
    const jobId = released?.redrive.id ?? `job-${model.jobs++}`;
    const before = world.item(letter);
    const hits = world.faultsHit();
    const state = stateAfterChange(before, kind, jobId, world.clock.nowMs());
    // Whoever releases a claim does not publish its record any more.
    if (released) released.state = 'released';
    const isMade = await world.change(letter, kind, jobId, course);
    if (isAlone && world.faultsHit() === hits) {
      expect(isMade).toBe(state !== undefined);
      expectStep(before, world.item(letter), state, state !== undefined);
    }
    // Whose answer was lost looks again.
    const now = world.item(letter);
    const what = now?.history.findLast((entry) => entry.jobId === jobId)?.what;
    if (released && what === 'released') released.counts = false;
    if (kind === 'claim' && what === 'claimed') {
      const count = now?.redriveCount ?? 1;
      model.claims.push({ letter, redrive: { id: jobId, count }, state: 'claimed', counts: true });
    }
    if (kind === 'purge' && isMade === true) {
      write(model, { kind: 'purge', id: idOf(letter), jobId, askedAtMs: 1 });
    }
  };

/** A claim and its record, one right after the other. */
export const redrive = (seed: number) =>
  command(`redrive ${seed}`, async (model, world) => {
    const { length } = model.claims;
    await world.clock.run(change('claim', seed, ANSWERED)(model, world, true));
    const made = model.claims[length];
    if (made) made.state = 'sent';
  });

export const alone = (name: string, actor: Actor) =>
  command(name, (model, world) => world.clock.run(actor(model, world, true)));

export const atOnce = (name: string, actors: readonly Actor[]) =>
  command(`at once: ${name}`, async (model, world) => {
    await world.clock.run(Promise.all(actors.map((actor) => actor(model, world, false))));
  });

/** Every event comes until it is settled; then nothing is half done any more. */
export async function settleAll(model: LifeModel, world: LifeWorld): Promise<void> {
  for (const one of model.events.filter(({ isSettled }) => !isSettled)) {
    expect(await world.clock.run(world.deliver(one.event, ANSWERED))).toBe(true);
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
