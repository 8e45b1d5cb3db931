import type { BrokerFactorySettings } from './broker-factory.ts';

/** Brokers to begin with, and how they want to be spoken to: TLS (`ssl`), authentication (`sasl`). */
export interface BrokerAccess extends Pick<BrokerFactorySettings, 'ssl' | 'sasl'> {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
}

/** Where the brokers are known from. */
export interface BrokerSource {
  /** What a person knows the cluster by. */
  readonly name: string;
  /** The variable that says so. */
  readonly variable: string;
  /**
   * Asked at every new connection, so it remembers. Rejects, after some seconds at most, where the brokers cannot be found
   * out now; who has a deadline gives up by itself.
   */
  find(): Promise<BrokerAccess>;
  /** None of the brokers can be connected to: there may be others by now. */
  doubt(): void;
}

/** Brokers that were named, for good. */
export function namedBrokers(access: BrokerAccess): BrokerSource {
  return {
    name: access.brokers.join(', '),
    variable: 'KAFKA_BROKERS',
    find: () => Promise.resolve(access),
    doubt: () => undefined,
  };
}
