import fc from 'fast-check';
import {
  alone,
  ANSWERED,
  ask,
  atOnce,
  change,
  collide,
  deliver,
  fail,
  failAgain,
  redrive,
  releaseInDoubt,
  send,
  succeed,
  wait,
} from './life-commands.ts';
import { LETTERS, type ChangeKind, type Course } from './life-world.ts';

const letters = fc.nat(LETTERS.length - 1);
const seeds = fc.nat(1_000);
const changes = fc.constantFrom<ChangeKind[]>(
  'claim',
  'release',
  'discard',
  'discard',
  'restore',
  'purge',
);
const delaysMs = fc.array(fc.constantFrom(0, 10, 20, 50, 200), { maxLength: 4 });
const slow: fc.Arbitrary<Course> = fc.record({ delaysMs, fault: fc.constant(undefined) });
const faulty: fc.Arbitrary<Course> = fc.record({
  delaysMs,
  fault: fc.record({
    at: fc.nat(6),
    when: fc.constantFrom('before' as const, 'after' as const),
    kind: fc.constantFrom('dies' as const, 'no answer' as const),
  }),
});
const show = (value: unknown) => JSON.stringify(value);

const actorsOf = (course: fc.Arbitrary<Course>) =>
  fc.oneof(
    fc
      .tuple(seeds, course)
      .map(([seed, of]) => [`deliver ${seed} ${show(of)}`, deliver(seed, of)] as const),
    fc
      .tuple(changes, seeds, course)
      .map(([kind, seed, of]) => [`${kind} ${seed} ${show(of)}`, change(kind, seed, of)] as const),
  );

/** Everything that can happen to dead letters. @param withFaults whether somebody may die, or not be answered */
export const lifeCommands = (withFaults: boolean) => {
  const course = withFaults ? fc.oneof(slow, faulty) : slow;
  return [
    fc.tuple(letters, fc.integer({ min: 1, max: 4 })).map(([letter, n]) => fail(letter, n)),
    seeds.map(send),
    seeds.map(redrive),
    seeds.map(succeed),
    seeds.map(releaseInDoubt),
    fc.tuple(seeds, fc.boolean()).map(([seed, bytesFit]) => failAgain(seed, bytesFit)),
    fc.tuple(seeds, fc.tuple(course, course)).map(([seed, both]) => collide(seed, both)),
    letters.map(ask),
    fc.constant(wait()),
    actorsOf(fc.constant(ANSWERED)).map(([name, actor]) => alone(name, actor)),
    actorsOf(fc.constant(ANSWERED)).map(([name, actor]) => alone(name, actor)),
    actorsOf(course).map(([name, actor]) => alone(name, actor)),
    fc.array(actorsOf(course), { minLength: 2, maxLength: 3 }).map((some) =>
      atOnce(
        some.map(([name]) => name).join('; '),
        some.map(([, actor]) => actor),
      ),
    ),
  ];
};
