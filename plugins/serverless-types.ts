import type { KafkaClientConfig } from '@aws-sdk/client-kafka';
import type { Template } from './event-source-mapping/template.ts';

/** The few parts of the framework's objects that our plugins touch; osls has no types. */
export interface Serverless {
  readonly serviceDir: string;
  readonly classes: { readonly Error: new (message: string) => Error };
  readonly service: {
    readonly service: string;
    readonly provider: {
      readonly stage?: string;
      readonly environment?: Readonly<Record<string, unknown>>;
      readonly timeout?: number;
      readonly memorySize?: number;
      readonly compiledCloudFormationTemplate?: Template;
    };
    readonly functions: Readonly<Record<string, ServerlessFunction>>;
    readonly custom?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  };
  getProvider(name: 'aws'): {
    readonly naming: { getLambdaLogicalId(functionKey: string): string };
    /** Region and credentials that the framework itself uses. */
    getAwsSdkV3Config(): Promise<KafkaClientConfig>;
  };
  readonly configSchemaHandler: {
    defineFunctionEventProperties(provider: string, event: string, schema: object): void;
  };
  readonly pluginManager: { spawn(command: string): Promise<void> };
  readonly processedInput: { readonly commands: readonly string[] };
}

export interface ServerlessFunction {
  readonly name?: string;
  handler: string;
  readonly timeout?: number;
  readonly memorySize?: number;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  package?: { artifact?: string };
}

/** Third argument of a plugin's constructor. */
export interface ServerlessUtils {
  readonly log: {
    debug(message: string): void;
    info(message: string): void;
    notice(message: string): void;
    warning(message: string): void;
    error(message: string): void;
  };
}

/** What a plugin is made of: at most one hook of a name. */
export type Hooks = Record<string, () => void | Promise<void>>;
