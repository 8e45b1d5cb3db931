import type { Admin } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Statement } from '../../infra/role-resources.ts';
import type { Resource } from '../../infra/table-resources.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** `<function> <action> <resource>`, e.g. `retry-orders kafka-cluster:WriteData topic/order-events-retry-1s`. */
export type Fact = string;

/**
 * What an action of IAM is to Kafka, by AWS's table; Connect is to be let in at all.
 * https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
 */
const KAFKA_OPERATIONS: Readonly<Record<string, string>> = {
  'kafka-cluster:DescribeCluster': 'DESCRIBE cluster',
  'kafka-cluster:AlterCluster': 'ALTER cluster',
  'kafka-cluster:DescribeClusterDynamicConfiguration': 'DESCRIBE_CONFIGS cluster',
  'kafka-cluster:AlterClusterDynamicConfiguration': 'ALTER_CONFIGS cluster',
  'kafka-cluster:WriteDataIdempotently': 'IDEMPOTENT_WRITE cluster',
  'kafka-cluster:CreateTopic': 'CREATE topic',
  'kafka-cluster:DescribeTopic': 'DESCRIBE topic',
  'kafka-cluster:AlterTopic': 'ALTER topic',
  'kafka-cluster:DeleteTopic': 'DELETE topic',
  'kafka-cluster:DescribeTopicDynamicConfiguration': 'DESCRIBE_CONFIGS topic',
  'kafka-cluster:AlterTopicDynamicConfiguration': 'ALTER_CONFIGS topic',
  'kafka-cluster:ReadData': 'READ topic',
  'kafka-cluster:WriteData': 'WRITE topic',
  'kafka-cluster:DescribeGroup': 'DESCRIBE group',
  'kafka-cluster:AlterGroup': 'READ group',
  'kafka-cluster:DeleteGroup': 'DELETE group',
};
const ACTION_OF = new Map(
  Object.entries(KAFKA_OPERATIONS).map(([action, kafka]) => [kafka, action]),
);

/** All that the roles allow. @param roles by function */
export function allowedFacts(roles: ReadonlyMap<string, Resource>): ReadonlySet<Fact> {
  const facts = [...roles].flatMap(([name, { Properties }]) =>
    (Properties['Policies'] as { PolicyDocument: { Statement: Statement[] } }[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action, Resource }) =>
        Action.flatMap((action) =>
          [Resource].flat().map((resource) => `${name} ${action} ${resourceName(resource)}`),
        ),
      ),
  );
  return new Set(facts);
}

function resourceName(resource: unknown): string {
  const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const [, kind, rest = ''] =
    /^arn:aws:kafka:[^:]*:\d+:(cluster|topic|group)\/[^/]+\/[^/]+(.*)$/.exec(text) ?? [];
  if (kind !== undefined) return `${kind}${rest}`;
  const named = /:((?:table|registry|schema)\/[\w.-]+(?:\/[\w.-]+)*)"/.exec(text)?.[1];
  return named ?? text;
}

/** Gives a broker's principals, one for each function, what the facts give to the roles. */
export async function createAcls(admin: Admin, facts: Iterable<Fact>): Promise<void> {
  const acl = [...facts].flatMap((fact) => {
    const [name = '', action = '', resource = ''] = fact.split(' ');
    const [operation, kind] = KAFKA_OPERATIONS[action]?.split(' ') ?? [];
    if (operation === undefined) return [];
    const resourceType = {
      cluster: AclResourceTypes.CLUSTER,
      topic: AclResourceTypes.TOPIC,
      group: AclResourceTypes.GROUP,
    }[String(kind)];
    return [
      {
        resourceType: resourceType ?? AclResourceTypes.UNKNOWN,
        resourceName: kind === 'cluster' ? 'kafka-cluster' : resource.slice(`${kind}/`.length),
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${name}`,
        host: '*',
        operation: AclOperationTypes[operation as keyof typeof AclOperationTypes],
        permissionType: AclPermissionTypes.ALLOW,
      },
    ];
  });
  await admin.createAcls({ acl });
}

export interface Judgement {
  readonly fact: Fact;
  readonly allowed: boolean;
  /** Kafka's name of the request. */
  readonly request: string;
}

const LINE =
  /Principal = User:(\S+) is (Allowed|Denied) operation = (\w+) from host = \S+ on resource = (\w+):LITERAL:(\S+) for request = (\w+)/g;

/** What the broker's authorizer judged, in the words of IAM. An operation that IAM has no action for keeps Kafka's. */
export function judgementsIn(brokerLog: string): readonly Judgement[] {
  return [...brokerLog.matchAll(LINE)].map(
    ([, principal, judged, operation, type = '', name, request = '']) => {
      const kind = type.toLowerCase();
      const action = ACTION_OF.get(`${operation} ${kind}`) ?? `${operation} ${kind}`;
      const resource = kind === 'cluster' ? kind : `${kind}/${name}`;
      return { fact: `${principal} ${action} ${resource}`, allowed: judged === 'Allowed', request };
    },
  );
}
