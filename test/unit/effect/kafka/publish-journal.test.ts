import { describe, expect, test } from 'vitest';
import { createPublishJournal } from '../../../../lib/effect/kafka/publish-journal.ts';

describe('publish journal', () => {
  test('has one outcome for each request, in order', () => {
    const journal = createPublishJournal(4, { deadlineMs: 10 }, () => 0);
    const large = new Error('large');
    const refused = new Error('refused');
    journal.acknowledged(2, 1, 7);
    journal.failed([0, 1], refused);
    journal.tooLarge(1, large);
    expect(journal.close()).toEqual([
      { kind: 'unknown', error: refused },
      { kind: 'too-large', error: large },
      { kind: 'acknowledged', partition: 1, offset: 7 },
      { kind: 'unknown', error: new Error('the deadline came before any answer') },
    ]);
  });

  test('tells the first failure of each request, once', () => {
    const told: unknown[] = [];
    const onFirstFailure = (request: number, error: Error) => told.push([request, error.message]);
    const journal = createPublishJournal(3, { deadlineMs: 10, onFirstFailure }, () => 0);
    journal.failed([0, 2], new Error('one'));
    journal.failed([0, 1, 2], 'two');
    expect(told).toEqual([
      [0, 'one'],
      [2, 'one'],
      [1, 'two'],
    ]);
  });

  test('tells at the end what was never answered, but nothing twice', () => {
    const told: unknown[] = [];
    const onFirstFailure = (request: number, error: Error) => told.push([request, error.message]);
    const journal = createPublishJournal(4, { deadlineMs: 10, onFirstFailure }, () => 0);
    journal.acknowledged(0, 0, 0);
    journal.failed([1], new Error('refused'));
    journal.tooLarge(2, new Error('large'));
    journal.close();
    expect(told).toEqual([
      [1, 'refused'],
      [3, 'the deadline came before any answer'],
    ]);
  });

  test('a fault of the listener loses nothing', () => {
    const onFirstFailure = () => {
      throw new Error('listener');
    };
    const journal = createPublishJournal(2, { deadlineMs: 10, onFirstFailure }, () => 0);
    journal.failed([0], new Error('refused'));
    expect(journal.close()).toMatchObject([
      { kind: 'unknown', error: new Error('refused') },
      { kind: 'unknown' },
    ]);
  });

  test('is over at the deadline by the clock, and when it is closed', () => {
    let nowMs = 9;
    const journal = createPublishJournal(1, { deadlineMs: 10 }, () => nowMs);
    expect(journal.isOver()).toBe(false);
    nowMs = 10;
    expect(journal.isOver()).toBe(true);
    nowMs = 0;
    journal.close();
    expect(journal.isOver()).toBe(true);
  });

  test('takes nothing more once it is closed', () => {
    const told: number[] = [];
    const onFirstFailure = (request: number) => told.push(request);
    const journal = createPublishJournal(1, { deadlineMs: 10, onFirstFailure }, () => 0);
    const outcomes = journal.close();
    journal.acknowledged(0, 0, 0);
    journal.failed([0], new Error('late'));
    expect(outcomes[0]?.kind).toBe('unknown');
    expect(told).toEqual([0]);
  });
});
