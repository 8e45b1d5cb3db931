import './mend-kafkajs.ts';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import { decodeFetchResponse, type FetchedPartition } from './fetch-response.ts';
import { encodeRecordBatch } from './record-batch.ts';
import type { RecordContent } from '../../model/record.ts';

/*
 * The requests that we send, each in one fixed version: Kafka 2.4 and newer know all of them. Answers are only decoded,
 * not judged: kafkajs's own judging throws at the first error of any partition and forgets the others.
 */

/** A request to a broker, and how its answer is read. */
export interface BrokerRequest<T> {
  readonly name: string;
  readonly request: object;
  readonly decode: (payload: Buffer) => Promise<T>;
}

const VERSIONS = {
  Produce: 7,
  Fetch: 11,
  ListOffsets: 3,
  Metadata: 6,
  OffsetFetch: 4,
  GroupCoordinator: 2,
  DescribeGroups: 2,
} as const;

/** Records of transactions that are not decided are read too: nobody writes any here. */
const READ_UNCOMMITTED = 0;
const ALL_IN_SYNC_REPLICAS = -1;

function brokerRequest<T>(name: keyof typeof VERSIONS, args: object): BrokerRequest<T> {
  const definition = protocol.requests[name];
  if (definition === undefined) throw new Error(`kafkajs has no request ${name}`);
  const { request, response } = definition.protocol({ version: VERSIONS[name] })(args);
  return { name, request, decode: (payload) => response.decode(payload) as Promise<T> };
}

export interface MetadataResponse {
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
  }[];
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly partitionMetadata: readonly {
      readonly partitionId: number;
      /** Node id; -1 where there is none. */
      readonly leader: number;
    }[];
  }[];
}

export const metadataRequest = (topic: string): BrokerRequest<MetadataResponse> =>
  brokerRequest('Metadata', { topics: [topic], allowAutoTopicCreation: false });

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface ProduceResponse {
  readonly topics: readonly {
    readonly partitions: readonly { readonly errorCode: number; readonly baseOffset: string }[];
  }[];
}

export interface ProduceTerms {
  /** How long the in-sync replicas may take. */
  readonly timeoutMs: number;
  /** Epoch ms, of every record. */
  readonly timestampMs: number;
}

/**
 * One record batch for one partition, acknowledged by all in-sync replicas. The batch is encoded here and now, by us.
 */
export function produceRequest(
  { topic, partition }: TopicPartition,
  records: readonly RecordContent[],
  { timeoutMs, timestampMs }: ProduceTerms,
): BrokerRequest<ProduceResponse> {
  const batch = encodeRecordBatch(records, timestampMs);
  const { name, request, decode } = brokerRequest<ProduceResponse>('Produce', { topicData: [] });
  const encode = (): Promise<Encoder> =>
    Promise.resolve(
      new Encoder()
        .writeString(null) // no transaction
        .writeInt16(ALL_IN_SYNC_REPLICAS)
        .writeInt32(timeoutMs)
        .writeInt32(1)
        .writeString(topic)
        .writeInt32(1)
        .writeInt32(partition)
        .writeBytes(batch),
    );
  return { name, request: { ...request, encode }, decode };
}

export interface OffsetsResponse {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly offset: string;
    }[];
  }[];
}

/** The first offset of each partition (`earliest`), or one past its last record (`latest`). */
export const listOffsetsRequest = (
  topic: string,
  partitions: readonly number[],
  which: 'earliest' | 'latest',
): BrokerRequest<OffsetsResponse> =>
  brokerRequest('ListOffsets', {
    isolationLevel: READ_UNCOMMITTED,
    topics: [
      {
        topic,
        partitions: partitions.map((partition) => ({
          partition,
          timestamp: which === 'earliest' ? -2 : -1,
        })),
      },
    ],
  });

/** Answers at once, also where nothing is there; at least one whole batch where something is (KIP-74). */
export function fetchRequest(
  { topic, partition }: TopicPartition,
  offset: number,
  bytesMax: number,
): BrokerRequest<FetchedPartition> {
  const { name, request } = brokerRequest('Fetch', {
    isolationLevel: READ_UNCOMMITTED,
    maxWaitTime: 0,
    minBytes: 0,
    maxBytes: bytesMax,
    rackId: '',
    topics: [
      { topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: bytesMax }] },
    ],
  });
  return { name, request, decode: async (payload) => decodeFetchResponse(payload) };
}

export interface CoordinatorResponse {
  readonly errorCode: number;
  readonly coordinator: { readonly host: string; readonly port: number };
}

export const findCoordinatorRequest = (groupId: string): BrokerRequest<CoordinatorResponse> =>
  brokerRequest('GroupCoordinator', { groupId });

export interface GroupsResponse {
  readonly groups: readonly {
    readonly errorCode: number;
    readonly state: string;
    readonly members: readonly { readonly memberAssignment: Buffer | null }[];
  }[];
}

export const describeGroupRequest = (groupId: string): BrokerRequest<GroupsResponse> =>
  brokerRequest('DescribeGroups', { groupIds: [groupId] });

export interface CommittedOffsetsResponse {
  readonly errorCode: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      /** -1 where nothing is committed. */
      readonly offset: string;
      readonly errorCode: number;
    }[];
  }[];
}

/** What the group has committed, of all topics. */
export const committedOffsetsRequest = (groupId: string): BrokerRequest<CommittedOffsetsResponse> =>
  brokerRequest('OffsetFetch', { groupId, topics: [] });
