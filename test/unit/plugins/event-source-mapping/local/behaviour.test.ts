import { describe, expect, it } from 'vitest';
import {
  BEHAVIOUR_DEFAULTS,
  BEHAVIOUR_OTHERS,
  resolveBehaviour,
} from '../../../../../plugins/event-source-mapping/local/behaviour.ts';

describe('resolveBehaviour', () => {
  it('fills in what is not declared', () => {
    expect(resolveBehaviour()).toEqual(BEHAVIOUR_DEFAULTS);
    const declared = { redelivery: 'lowest-offset' };
    expect(resolveBehaviour(declared)).toEqual({ ...BEHAVIOUR_DEFAULTS, ...declared });
  });

  it('takes the other value of every setting', () => {
    expect(resolveBehaviour(BEHAVIOUR_OTHERS)).toEqual(BEHAVIOUR_OTHERS);
  });

  it.each([
    [{ redelivry: 'exact-items' }, 'There is no setting redelivry'],
    [
      { redelivery: 'sometimes' },
      'The setting redelivery is "sometimes": write exact-items or lowest-offset',
    ],
  ])('refuses %j by name', (declared, text) => {
    expect(() => resolveBehaviour(declared)).toThrow(text);
  });
});
