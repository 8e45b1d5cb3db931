import { isFramed } from '../codec/framed.ts';
import type { FramedValues } from '../ports/framed-values.ts';

const NOT_PREPARED = { unreadable: 'The value is Avro, and its schema has not been asked for' };

/** @param load gives what reads framed values, when the first one comes; tried again where it rejects */
export function createFramedValues(load: () => Promise<FramedValues>): FramedValues {
  let reader: FramedValues | undefined;
  let loading: Promise<FramedValues> | undefined;
  const loaded = async (): Promise<FramedValues> => {
    // One for all who come at once: what one of them learns, each of them has to know.
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
  return {
    async prepare(value) {
      if (!isFramed(value)) return;
      reader = await loaded();
      await reader.prepare(value);
    },
    textOf: (value) => (isFramed(value) ? (reader?.textOf(value) ?? NOT_PREPARED) : undefined),
  };
}
