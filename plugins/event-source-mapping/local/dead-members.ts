import { Admin } from '@platformatic/kafka';
import { hostname } from 'node:os';

const PREFIX = 'event-source-mapping';

/** Client id of the pollers of this process: says where to look whether it still lives. */
export function clientIdOf(pid: number): string {
  return `${PREFIX}/${hostname()}/${pid}`;
}

/**
 * Takes members out of the group whose process on this machine was killed: otherwise the group would wait for them until
 * their session times out. Rejects where the cluster cannot be asked.
 */
export async function removeDeadMembers(
  brokers: readonly string[],
  groupId: string,
): Promise<void> {
  const admin = new Admin({ clientId: PREFIX, bootstrapBrokers: [...brokers], retries: 0 });
  try {
    const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId);
    const dead = [...(group?.members.values() ?? [])].filter(({ clientId }) => isDead(clientId));
    if (dead.length === 0) return;
    const members = dead.map(({ id }) => ({ memberId: id }));
    await admin.removeMembersFromConsumerGroup({ groupId, members });
  } finally {
    await admin.close();
  }
}

function isDead(clientId: string): boolean {
  const [prefix, host, pid] = clientId.split('/');
  if (prefix !== PREFIX || host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
