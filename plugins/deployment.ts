import { missingSettings } from '../infra/deployment.ts';
import { forgottenRefusal } from '../infra/forgotten-topics.ts';
import { forgottenRetryTopics, topicTable } from '../infra/topics.ts';
import { serviceVariables } from '../infra/serverless-variables.ts';
import { parseConfig } from '../lib/config.ts';
import { switchedTooFast } from './live-switch.ts';
import { listTopics } from './msk-topics.ts';
import type { Hooks, Serverless, ServerlessUtils } from './serverless-types.ts';

/**
 * Serverless plugin: what holds of every deployment. It needs a cluster, its topics and a network; no retry topic may be
 * left without a reader, no live mapping without listening; and no route of its HTTP API is open: a caller signs with IAM.
 * `serverless offline` reads no template, so the local API asks nobody.
 */
export default class DeploymentPlugin {
  readonly hooks: Hooks;
  readonly #serverless: Serverless;
  readonly #warn: (message: string) => void;

  constructor(serverless: Serverless, _options: unknown, { log }: ServerlessUtils) {
    this.#serverless = serverless;
    this.#warn = (message) => log.warning(message);
    this.hooks = {
      // Before anything is sent.
      'before:deploy:deploy': async () => {
        this.#refuseIncomplete();
        await this.#refuseTopics();
        await this.#refuseSwitch();
      },
      'after:package:compileEvents': () => this.#authoriseRoutes(),
    };
  }

  #authoriseRoutes(): void {
    const template = this.#serverless.service.provider.compiledCloudFormationTemplate;
    for (const { Type, Properties } of Object.values(template?.Resources ?? {})) {
      if (Type === 'AWS::ApiGatewayV2::Route' && Properties !== undefined) {
        Properties['AuthorizationType'] = 'AWS_IAM';
      }
    }
  }

  #refuseIncomplete(): void {
    const missing = missingSettings(process.env);
    if (missing.length > 0) {
      this.#refuse(`A deployment needs ${missing.join(', ')}: set them (docs/deploy.md)`);
    }
  }

  async #refuseTopics(): Promise<void> {
    const config = parseConfig(process.env, { handlesBatches: false });
    const answer = await listTopics(config.clusterArn, await this.#awsConfig()).catch(
      ({ name, message }: Error) =>
        this.#refuse(
          `AWS did not list the topics of ${config.clusterArn} (${name}: ${message}), so a forgotten retry topic would not be noticed: deploy again later`,
        ),
    );
    if ('unknown' in answer) {
      const { order } = config.topics;
      this.#warn(
        `Nobody looked whether a retry topic is forgotten: AWS does not list the topics of ${config.clusterArn} (${answer.unknown}). Look yourself: kafka-topics.sh --bootstrap-server BROKERS --list, and name the delay of each ${order}-retry-… that the retry policy does not have in DLQ_DRAIN_DELAYS_MS. Who deploys may be given kafka-cluster:Connect and kafka-cluster:DescribeTopic (docs/deploy.md)`,
      );
      return;
    }
    const forgotten = forgottenRetryTopics(answer.topics, config);
    if (forgotten.length > 0) {
      const place = { again: 'deploy', brokers: 'BROKERS' } as const;
      const { message, remedy } = forgottenRefusal(forgotten, config.policy, place);
      this.#refuse(`${message} ${remedy}`);
    }
    const missing = topicTable(config)
      .map(({ topic }) => topic)
      .filter((topic) => !answer.topics.includes(topic));
    if (missing.length > 0) {
      this.#warn(
        `The cluster has no topic ${missing.join(', ')} (as of a minute ago): its mapping reads nothing, and what is sent there stays unsettled, until it is created (docs/deploy.md)`,
      );
    }
  }

  async #refuseSwitch(): Promise<void> {
    const { service } = this.#serverless;
    const stage = service.provider.stage ?? 'dev';
    const variables = serviceVariables(process.env, { service: service.service, stage });
    const { PARTIAL_BATCH_RESPONSES: reported } = variables.batchEnvironment;
    const fault = await switchedTooFast(
      {
        clusterArn: process.env['MSK_CLUSTER_ARN'] ?? '',
        reports: reported === 'on',
        listens: reported !== undefined,
        groups: Object.values(variables.events).flatMap((events) =>
          events.map(({ msk }) => msk.consumerGroupId),
        ),
        functions: Object.keys(variables.events).map(
          (key) => service.functions[key]?.name ?? `${service.service}-${stage}-${key}`,
        ),
      },
      await this.#awsConfig(),
    ).catch(({ name, message }: Error) =>
      this.#refuse(
        `AWS does not tell what is live (${name}: ${message}), and partial batch responses must not be switched blindly: whoever deploys needs lambda:ListEventSourceMappings and lambda:GetFunctionConfiguration`,
      ),
    );
    if (fault !== undefined) this.#refuse(`${fault} (docs/deploy.md)`);
  }

  #awsConfig() {
    return this.#serverless.getProvider('aws').getAwsSdkV3Config();
  }

  /** @throws the framework's own error, which it shows without a stack */
  #refuse(message: string): never {
    throw new this.#serverless.classes.Error(message);
  }
}
