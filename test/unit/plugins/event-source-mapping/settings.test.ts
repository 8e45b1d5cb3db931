import { describe, expect, it } from 'vitest';
import { BEHAVIOUR_DEFAULTS } from '../../../../plugins/event-source-mapping/local/behaviour.ts';
import { pluginSettings } from '../../../../plugins/event-source-mapping/settings.ts';

describe('pluginSettings', () => {
  it('fills in what is not declared', () => {
    expect(pluginSettings()).toEqual({
      behaviour: BEHAVIOUR_DEFAULTS,
      batchLines: 'debug',
      lagWarning: 1_000,
      statusPort: 0,
    });
    const declared = { batchLines: 'info', statusPort: 3005, redelivery: 'lowest-offset' };
    expect(pluginSettings(declared)).toMatchObject({
      batchLines: 'info',
      statusPort: 3005,
      behaviour: { redelivery: 'lowest-offset' },
    });
  });

  it.each([
    [{ batchLines: 'loud' }, 'The setting batchLines is "loud": write debug, info, warn'],
    [{ lagWarning: -1 }, 'The setting lagWarning is -1: write a whole number from 0'],
    [{ statusPort: '3000' }, 'The setting statusPort is "3000"'],
    [{ portStatus: 1 }, 'There is no setting portStatus'],
  ])('refuses %j by name', (declared, text) => {
    expect(() => pluginSettings(declared)).toThrow(text);
  });
});
