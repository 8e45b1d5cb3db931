export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, also `[::1]:9092`. kafkajs cuts at the first colon. */
export function parseBrokerAddress(text: string): BrokerAddress {
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(text.slice(colon + 1)),
  };
}

/** The same broker has the same text. */
export function brokerAddressText({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
