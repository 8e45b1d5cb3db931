import type { Break } from './break.ts';

const LOCAL = 'plugins/event-source-mapping/local';
const TESTS = 'test/integration';

/** The local event source: its settings, modes, positions, environments, and what can be asked of it. */
export const EVENT_SOURCE_RULES: readonly Break[] = [
  {
    name: 'records-of-any-age',
    guarantee: 'a record over the age limit is given up without an invocation',
    file: `${LOCAL}/delivery.ts`,
    find: 'const oldestMs = Date.now() - mapping.recordAgeMaxMs;',
    replace: 'const oldestMs = Number.NEGATIVE_INFINITY;',
    test: {
      file: `${TESTS}/event-source-settings.test.ts`,
      name: 'the record age limit > a record over it goes to the destination without an invocation, and its partition goes on',
    },
  },
  {
    name: 'lost-in-silence',
    guarantee: 'what the destination does not take is counted',
    file: `${LOCAL}/discarder.ts`,
    find: 'counters.OnFailureDestinationDeliveryErrorCount++;',
    replace: '',
    test: {
      file: `${TESTS}/event-source-settings.test.ts`,
      name: 'a destination that takes nothing > makes the record lost: counted twice, and shouted',
    },
  },
  {
    name: 'exact-items-for-all',
    guarantee: 'redelivery from the lowest offset is a setting',
    file: `${LOCAL}/answer.ts`,
    find: "behaviour.redelivery === 'exact-items'",
    replace: "behaviour.redelivery !== ('none' as string)",
    test: {
      file: `${TESTS}/event-source-settings.test.ts`,
      name: 'where AWS is silent > a partition comes again from its lowest failed offset by the setting redelivery',
    },
  },
  {
    name: 'timestamp-from-the-end',
    guarantee: 'AT_TIMESTAMP begins at the first record that is not older',
    file: `${LOCAL}/positions.ts`,
    find: 'BigInt(mapping.startingTimestampMs)',
    replace: 'ListOffsetTimestamps.LATEST',
    test: {
      file: `${TESTS}/event-source-positions.test.ts`,
      name: 'the starting position > AT_TIMESTAMP begins at the first record that is not older',
    },
  },
  {
    name: 'one-window-for-both-modes',
    guarantee: 'on demand, the window starts when the invocation has ended',
    file: `${LOCAL}/delivery.ts`,
    find: "if (mapping.mode === 'on-demand') schedule.windowFromMs = nowMs;",
    replace: '',
    test: {
      file: `${TESTS}/event-source-modes.test.ts`,
      name: 'the batching window > in on-demand mode starts when the invocation before it has ended',
    },
  },
  {
    name: 'retry-controls-on-demand',
    guarantee: 'a setting that the mode does not support is refused by name',
    file: `${LOCAL}/mapping.ts`,
    find: 'if (declared === undefined) return;',
    replace: 'if (declared !== null) return;',
    test: {
      file: `${TESTS}/event-source-modes.test.ts`,
      name: 'a setting that the mode does not support > is an error at start that names it',
    },
  },
  {
    name: 'never-frozen',
    guarantee: 'a process is frozen between invocations',
    file: `${LOCAL}/runtime/environment.ts`,
    find: "signalGroup(child, 'SIGSTOP')",
    replace: "signalGroup(child, 'SIGCONT')",
    test: {
      file: `${TESTS}/event-source-environments.test.ts`,
      name: 'between invocations > a process is frozen: what it forgot goes on at the next one',
    },
  },
  {
    name: 'frozen-for-ever',
    guarantee: 'frozen processes of a killed event source are ended by the next start',
    file: `${LOCAL}/runtime/process-registry.ts`,
    find: 'for (const child of content.children) if (isRunning(child)) killGroup(child.pid);',
    replace: '',
    test: {
      file: `${TESTS}/event-source-environments.test.ts`,
      name: 'between invocations > a frozen process that a killed event source left behind is ended by the next start',
    },
  },
  {
    name: 'old-code-goes-on',
    guarantee: 'a changed source is run without a restart',
    file: `${LOCAL}/runtime/source-watch.ts`,
    find: 'if (base !== undefined) note(concerned(mine, base));',
    replace: '',
    test: {
      file: `${TESTS}/event-source-environments.test.ts`,
      name: 'a changed source > is run from the next invocation on, without a restart',
    },
  },
  {
    name: 'refused-and-up-all-the-same',
    guarantee: 'a project whose mapping is refused does not start',
    file: 'plugins/event-source-mapping/index.ts',
    find: 'setTimeout(() => process.exit(1), END_WAIT_MS);',
    replace: 'setTimeout(() => process.exit(0), END_WAIT_MS);',
    test: {
      file: `${TESTS}/event-source-foreign-project.test.ts`,
      name: 'a project that names the path of the plugin > does not start where it declares bisectBatchOnFunctionError: true, and says why',
    },
  },
  {
    name: 'polled-without-counting',
    guarantee: 'the status address tells the CloudWatch counters',
    file: `${LOCAL}/poller.ts`,
    find: 'counters.PolledEventCount += count;',
    replace: '',
    test: {
      file: `${TESTS}/event-source-status.test.ts`,
      name: 'the status address > tells settings, state and the CloudWatch counters of a mapping',
    },
  },
  {
    name: 'behind-without-a-word',
    guarantee: 'a mapping that falls behind is told of once',
    file: `${LOCAL}/lag-watch.ts`,
    find: 'isBehind = true;',
    replace: 'isBehind = false;',
    test: {
      file: 'test/unit/plugins/event-source-mapping/local/lag-watch.test.ts',
      name: 'createLagWatch > warns once, and again only after the half of the limit was reached',
    },
  },
  {
    name: 'packaged-in-name-alone',
    guarantee: 'the demo on the packaged zips runs what is in them',
    file: 'plugins/event-source-mapping/packages.ts',
    find: 'fn.handler = join(relative(serviceDir, folder), packaged.handler);',
    replace: 'void packaged.handler;',
    test: {
      file: 'test/e2e/demo-packaged.test.ts',
      name: 'npm run demo -- --packaged plays the whole demo on the zips of serverless package',
    },
  },
  {
    name: 'cause-without-a-request',
    guarantee:
      'a record that grew too old while it failed is given up with the request that failed last',
    file: `${LOCAL}/delivery.ts`,
    find: '{ condition, requestId, invokeCount });\n  }',
    replace: "{ condition, requestId: '', invokeCount });\n  }",
    test: {
      file: `${TESTS}/event-source-settings.test.ts`,
      name: 'the record age limit > a record that grows over it while it fails is not tried again',
    },
  },
  {
    name: 'one-poller-for-ever',
    guarantee: 'provisioned pollers scale with the lag',
    file: `${LOCAL}/poller-count.ts`,
    find: 'waiting > now * underWayMax ? now * 2',
    replace: 'waiting > now * underWayMax ? now',
    test: {
      file: `${TESTS}/event-source-modes.test.ts`,
      name: 'provisioned pollers > get more while records wait, up to maximumPollers, and fewer when they are done',
    },
  },
  {
    name: 'committed-as-fetched',
    guarantee: 'SIGKILL at any moment skips no record',
    file: `${LOCAL}/lane.ts`,
    find: 'return offsets.reduce((lowest, offset) => Math.min(lowest, offset), lane.fetchOffset);',
    replace: 'return lane.fetchOffset;',
    test: {
      file: `${TESTS}/event-source-life.test.ts`,
      name: 'SIGKILL of the event source > at any moment skips no record',
    },
  },
  {
    name: 'bundled-once',
    guarantee: 'a changed source that a bundle was made of is run without a restart',
    file: 'plugins/bundle.ts',
    find: 'const again = () => void bundleFunctions(options).catch(() => undefined);',
    replace: 'const again = () => undefined;',
    test: {
      file: `${TESTS}/event-source-foreign-project.test.ts`,
      name: 'a project that bundles its functions > runs a changed source from the next invocation on',
    },
  },
];
