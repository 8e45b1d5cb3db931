import { missingSettings } from '../infra/deployment.ts';
import type { Hooks, Serverless } from './serverless-types.ts';

/**
 * Serverless plugin: what holds of every deployment. It needs a cluster and a network, and no route of its HTTP API is open:
 * a caller signs with IAM. `serverless offline` reads no template, so the local API asks nobody.
 */
export default class DeploymentPlugin {
  readonly hooks: Hooks;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:deploy:deploy': () => this.#refuseIncomplete(),
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

  /** @throws the framework's own error, which it shows without a stack */
  #refuseIncomplete(): void {
    const missing = missingSettings(process.env);
    if (missing.length === 0) return;
    throw new this.#serverless.classes.Error(
      `A deployment needs ${missing.join(', ')}: set them (docs/deploy.md)`,
    );
  }
}
