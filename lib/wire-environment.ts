/** The service's name in logs, in metrics and to the brokers. */
export const SERVICE = 'order-service';

/** Environment variables, as a function gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;
