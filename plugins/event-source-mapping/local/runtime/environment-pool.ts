import type { InvocationResult } from '../types.ts';
import {
  startEnvironment,
  type EnvironmentOptions,
  type ExecutionEnvironment,
} from './environment.ts';

export interface EnvironmentPool {
  /** Waits for a free environment (or starts one, up to the bound), then invokes. Never rejects. */
  invoke(eventJson: string): Promise<InvocationResult>;
  /** Lets idle environments go: the next invocation is a cold start. Busy ones go when they are free. */
  recycle(): Promise<void>;
  /** Kills every environment; invocations under way end as function errors. */
  stop(): Promise<void>;
}

export interface PoolOptions extends EnvironmentOptions {
  /** Environments at the same time. */
  readonly environmentsMax: number;
}

/** The execution environments of one function: reused, replaced after a crash or timeout, bounded. */
export function createEnvironmentPool(options: PoolOptions): EnvironmentPool {
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();
  const waiters: (() => void)[] = [];
  let starting = 0;
  let generation = 0;
  let isStopped = false;

  async function acquire(): Promise<ExecutionEnvironment> {
    for (;;) {
      if (isStopped) throw new Error('The function was stopped');
      const environment = idle.pop();
      if (environment?.isAlive) return environment;
      if (environment !== undefined) {
        all.delete(environment);
        continue;
      }
      if (all.size + starting < options.environmentsMax) return start();
      await new Promise<void>((resolve) => waiters.push(resolve));
    }
  }

  async function start(): Promise<ExecutionEnvironment> {
    starting++;
    try {
      const environment = await startEnvironment(options);
      all.add(environment);
      return environment;
    } finally {
      starting--;
    }
  }

  function release(environment: ExecutionEnvironment, bornIn: number): void {
    const isCurrent = environment.isAlive && bornIn === generation && !isStopped;
    if (isCurrent) {
      idle.push(environment);
    } else {
      all.delete(environment);
      void environment.stop();
    }
    waiters.shift()?.();
  }

  return {
    async invoke(eventJson) {
      const bornIn = generation;
      let environment: ExecutionEnvironment;
      try {
        environment = await acquire();
      } catch (error) {
        const { message } = error as Error;
        return {
          kind: 'function-error',
          requestId: '',
          errorType: 'Sandbox.StartFailed',
          errorMessage: message,
        };
      }
      const result = await environment.invoke(eventJson);
      release(environment, bornIn);
      return result;
    },
    async recycle() {
      generation++;
      const gone = idle.splice(0);
      for (const environment of gone) all.delete(environment);
      await Promise.all(gone.map((environment) => environment.stop()));
    },
    async stop() {
      isStopped = true;
      for (const wake of waiters.splice(0)) wake();
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}
