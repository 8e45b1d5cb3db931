import assignerProtocol from 'kafkajs/src/consumer/assignerProtocol.js';
import type { KafkaConnection } from './connection.ts';
import { CODE, refuseFailure } from './kafka-error.ts';
import {
  committedOffsetsRequest,
  describeGroupRequest,
  findCoordinatorRequest,
  type BrokerRequest,
} from './protocol.ts';
import { untilAnswered } from './until-answered.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClusterInspector, GroupDescription } from '../../ports/cluster-inspector.ts';

export interface ClusterInspectorDeps {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
}

/** Asks the groups' coordinators. A group that nobody knows is Dead (or Empty), without members. */
export function createClusterInspector({
  connection,
  clock,
}: ClusterInspectorDeps): ClusterInspector {
  return {
    describeGroup(groupId, deadlineMs) {
      const what = `describe the group ${groupId}`;
      return untilAnswered({ connection, clock, what, deadlineMs }, () =>
        describeGroup(connection, groupId, deadlineMs),
      );
    },
    committedOffsets(groupId, topic, deadlineMs) {
      const what = `tell the committed offsets of the group ${groupId}`;
      return untilAnswered({ connection, clock, what, deadlineMs }, () =>
        committedOffsets(connection, { groupId, topic }, deadlineMs),
      );
    },
  };
}

async function askCoordinator<T>(
  connection: KafkaConnection,
  groupId: string,
  request: BrokerRequest<T>,
  deadlineMs: number,
): Promise<T> {
  const any = await connection.broker('any', deadlineMs);
  const found = await connection.send(any, findCoordinatorRequest(groupId), deadlineMs);
  refuseFailure(found.errorCode, `finding the coordinator of the group ${groupId}`);
  const coordinator = await connection.broker(found.coordinator, deadlineMs);
  return connection.send(coordinator, request, deadlineMs);
}

async function describeGroup(
  connection: KafkaConnection,
  groupId: string,
  deadlineMs: number,
): Promise<GroupDescription> {
  const request = describeGroupRequest(groupId);
  const { groups } = await askCoordinator(connection, groupId, request, deadlineMs);
  const [group] = groups;
  if (group === undefined || group.errorCode === CODE.GROUP_ID_NOT_FOUND) {
    return { state: 'Dead', members: [] };
  }
  refuseFailure(group.errorCode, `the group ${groupId}`);
  const members = group.members.map(({ memberAssignment }) => ({
    assignments: decodeAssignments(memberAssignment),
  }));
  return { state: group.state, members };
}

/** A member has no assignment while the group rebalances. */
function decodeAssignments(bytes: Buffer | null): ReadonlyMap<string, readonly number[]> {
  const decoded = assignerProtocol.MemberAssignment.decode(bytes ?? Buffer.alloc(0));
  return new Map(Object.entries(decoded?.assignment ?? {}));
}

async function committedOffsets(
  connection: KafkaConnection,
  { groupId, topic }: { readonly groupId: string; readonly topic: string },
  deadlineMs: number,
): Promise<ReadonlyMap<number, number>> {
  const request = committedOffsetsRequest(groupId);
  const answer = await askCoordinator(connection, groupId, request, deadlineMs);
  refuseFailure(answer.errorCode, `committed offsets of the group ${groupId}`);
  const partitions = answer.responses
    .filter((response) => response.topic === topic)
    .flatMap((response) => response.partitions);
  const committed = new Map<number, number>();
  for (const { partition, offset, errorCode } of partitions) {
    refuseFailure(errorCode, `committed offset of partition ${partition} of ${topic}`);
    if (Number(offset) >= 0) committed.set(partition, Number(offset));
  }
  return committed;
}
