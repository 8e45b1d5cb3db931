import { randomBytes } from 'node:crypto';

/**
 * A new cluster id: 16 random bytes in base64url. None begins with a hyphen, which the command line of Kafka's storage
 * tool would take for an option (org.apache.kafka.common.Uuid#randomUuid avoids the same).
 */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
