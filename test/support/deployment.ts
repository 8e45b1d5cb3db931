import { parseDeployment, type Deployment } from '../../infra/deployment.ts';

/** A deployment without faults, of the stage `dev`. */
export function deploymentOf(
  env: Readonly<Record<string, string>> = {},
  stage = 'dev',
): Deployment {
  const { deployment, faults } = parseDeployment(env, { service: 'order-service', stage });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return deployment;
}
