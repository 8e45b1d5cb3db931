import { dirname, basename } from 'node:path';
import type { FunctionDeclaration } from '../types.ts';

/** Account and region that local names are made of. */
const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** ARN of a local function. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/**
 * The environment of an execution environment: what Lambda sets, and the function's own variables over it. Nothing of
 * the parent's gets in but PATH.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function childEnvironment(
  declaration: FunctionDeclaration,
  runtimeApi: string,
  path: string,
): Record<string, string> {
  const { name, handler, memoryMb, environment } = declaration;
  return {
    PATH: path,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // A role's credentials are always there on Lambda; local servers take any.
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    ...environment,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: dirname(handler),
    _HANDLER: basename(handler),
  };
}
