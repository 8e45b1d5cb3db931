import type fc from 'fast-check';
import { expect } from 'vitest';
import { type FailedEvent, type IntakeEvent } from '../../lib/model/dead-letter.ts';
import { failedEvent } from './dead-letters.ts';
import { look, type Claim, type LifeModel } from './life-look.ts';
import { expectStep, isToldAgain, stateAfterChange, stateAfterEvent } from './life-spec.ts';
import {
  LETTERS,
  STALE_AFTER_MS,
  type ChangeKind,
  type Course,
  type LifeWorld,
} from './life-world.ts';

type Command = fc.AsyncCommand<LifeModel, LifeWorld>;

export const ANSWERED: Course = { delaysMs: [], fault: undefined };
const BY = { functionName: 'retry-orders', functionVersion: '1', requestId: 'r-1' };

const pick = <T>(from: readonly T[], seed: number): T => from[seed % from.length]!;
const idOf = (letter: number): string => LETTERS[letter]!.id;

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

function successOf({ letter, redrive }: Claim): IntakeEvent {
  const { id, origin } = LETTERS[letter]!;
  return { kind: 'processed', id, origin, redrive, attempts: 1, processedAtMs: 1, by: BY };
}

function failureOf({ letter, redrive }: Claim): FailedEvent {
  return failedEvent({ ...LETTERS[letter]!, redrive });
}

/** A copy of a redriven record, of whatever redrive, is processed. */
export const succeed = (seed: number) => outcomeOf('succeed', seed, successOf);

/** A copy of a redriven record, of whatever redrive, fails for good. */
export const failAgain = (seed: number, bytesFit: boolean) =>
  outcomeOf('fail again', seed, (claim) => {
    const failed = failureOf(claim);
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
    const isOpened = isToldAgain(before, event);
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

/** A job is called off, and sets a claim back that it cannot know to be sent: its record is on its way. */
export const releaseInDoubt = (seed: number) =>
  command(
    `release in doubt ${seed}`,
    async (model, world) => {
      const sent = model.claims.filter(({ state }) => state === 'sent');
      if (sent.length === 0) return;
      const { letter, redrive } = pick(sent, seed);
      model.inDoubt.add(letter);
      await world.clock.run(world.change(letter, 'release', redrive.id, ANSWERED));
    },
    ({ claims }) => claims.length > 0,
  );

/** A claim and its record, one right after the other. */
export const redrive = (seed: number) =>
  command(`redrive ${seed}`, async (model, world) => {
    const { length } = model.claims;
    await world.clock.run(change('claim', seed, ANSWERED)(model, world, true));
    const made = model.claims[length];
    if (made) made.state = 'sent';
  });

/** One copy of a redriven record is processed, another one fails, and two writers fold that at once. */
export const collide = (seed: number, [one, other]: readonly [Course, Course]) =>
  command(`collide ${seed} ${JSON.stringify([one, other])}`, async (model, world) => {
    const sent = model.claims.filter(({ state }) => state === 'sent');
    const claim = sent[sent.length - 1 - (seed % Math.max(1, sent.length))];
    if (claim === undefined) return;
    const { length } = model.events;
    write(model, successOf(claim));
    world.monitor.processed.add(idOf(claim.letter));
    write(model, failureOf(claim));
    const fold = async (at: number, course: Course) => {
      const written = model.events[at]!;
      written.isSettled = await world.deliver(written.event, course);
    };
    await world.clock.run(Promise.all([fold(length, one), fold(length + 1, other)]));
  });

export const alone = (name: string, actor: Actor) =>
  command(name, (model, world) => world.clock.run(actor(model, world, true)));

export const atOnce = (name: string, actors: readonly Actor[]) =>
  command(`at once: ${name}`, async (model, world) => {
    await world.clock.run(Promise.all(actors.map((actor) => actor(model, world, false))));
  });
