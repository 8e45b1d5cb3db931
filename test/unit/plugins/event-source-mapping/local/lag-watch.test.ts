import { describe, expect, it } from 'vitest';
import { createLagWatch } from '../../../../../plugins/event-source-mapping/local/lag-watch.ts';

describe('createLagWatch', () => {
  it('warns once, and again only after the half of the limit was reached', () => {
    const said: string[] = [];
    const say = (level: string) => (message: string) => void said.push(`${level} ${message}`);
    const watch = createLagWatch({
      limit: 10,
      name: 't → f',
      log: { warn: say('warn'), info: say('info') },
    });
    for (const lag of [10, 11, 500, 9, 12, 5, 11]) watch.look(lag);
    expect(said).toEqual([
      'warn t → f falls behind: 11 records wait (limit of this warning: 10)',
      'info t → f has caught up: 5 records wait',
      'warn t → f falls behind: 11 records wait (limit of this warning: 10)',
    ]);
  });
});
