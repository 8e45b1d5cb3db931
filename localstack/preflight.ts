import type { PortSetting } from './settings.ts';

/** What was found on this machine (probe.ts). */
export interface Facts {
  /** Sentences about variables that make no sense. */
  readonly faults: readonly string[];
  /** Brokers of KAFKA_BROKERS and whether they answer; undefined: we start one. */
  readonly foreignBrokers?: { readonly brokers: string; readonly answer: boolean };
  /** Undefined where no Java is needed. */
  readonly java?: JavaFact;
  /** Where the broker's jars come from; undefined where none are needed. */
  readonly jars?: JarsFact;
  /** Ports that we would listen on, and why they cannot be had (an errno code); free ones have no fault. */
  readonly ports: readonly (PortSetting & { readonly fault?: string })[];
  /** The folder of the data, and what is free there. */
  readonly disk: { readonly dir: string; readonly freeBytes: number; readonly writable: boolean };
}

export interface JavaFact {
  /** The command that was tried. */
  readonly command: string;
  /** JAVA_HOME, where it is set. */
  readonly javaHome?: string | undefined;
  /** Major version; undefined where the command does not run. */
  readonly major?: number | undefined;
}

export type JarsFact =
  | { readonly from: 'kafka-home'; readonly home: string; readonly present: boolean }
  | { readonly from: 'cache'; readonly present: boolean; readonly mavenFound: boolean };

/** Something that is missing: why, and what to do about it. */
export interface Problem {
  readonly cause: string;
  readonly remedy: string;
}

export const JAVA_MAJOR_MIN = 17;
export const DISK_FREE_MIN_BYTES = 512 * 1024 * 1024;

/** Everything that keeps the stack from starting, all at once. Pure, total. */
export function problemsOf(facts: Facts): readonly Problem[] {
  return [
    ...facts.faults.map((cause) => ({ cause, remedy: 'Correct the variable.' })),
    ...brokerProblems(facts.foreignBrokers),
    ...javaProblems(facts.java),
    ...jarsProblems(facts.jars),
    ...portsProblems(facts.ports),
    ...diskProblems(facts.disk),
  ];
}

/** The problems as a person reads them. Pure. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one thing is' : `${problems.length} things are`;
  return [
    `The local stack cannot start: ${count} in the way.`,
    ...problems.map(({ cause, remedy }) => `- ${cause}\n  → ${remedy}`),
  ].join('\n');
}

function brokerProblems(foreign: Facts['foreignBrokers']): Problem[] {
  if (foreign === undefined || foreign.answer) return [];
  return [
    {
      cause: `KAFKA_BROKERS names ${foreign.brokers}, and no Kafka answers there.`,
      remedy: 'Start it or correct the address; without KAFKA_BROKERS a broker is started for you.',
    },
  ];
}

function javaProblems(java: JavaFact | undefined): Problem[] {
  if (java === undefined || (java.major ?? 0) >= JAVA_MAJOR_MIN) return [];
  const install = `${java.javaHome === undefined ? 'Install' : 'install'} a Java of at least ${JAVA_MAJOR_MIN} (Debian, Ubuntu: apt install openjdk-17-jre-headless; macOS: brew install openjdk)`;
  const remedy = `${
    java.javaHome === undefined
      ? `${install} and have it on the PATH`
      : `Unset JAVA_HOME to use the Java on the PATH, or ${install} and set JAVA_HOME to its folder`
  }; or set KAFKA_BROKERS and SCHEMA_REGISTRY_URL to servers that run already.`;
  if (java.major !== undefined) {
    return [
      {
        cause: `Java ${java.major} is too old: Kafka and the schema registry need ${JAVA_MAJOR_MIN} or newer (${java.command}).`,
        remedy,
      },
    ];
  }
  const where =
    java.javaHome === undefined
      ? 'there is no java on the PATH'
      : `JAVA_HOME is ${java.javaHome}, and ${java.command} does not run`;
  return [{ cause: `Java is missing: ${where}. Kafka and the schema registry run on it.`, remedy }];
}

function jarsProblems(jars: JarsFact | undefined): Problem[] {
  if (jars === undefined || jars.present) return [];
  if (jars.from === 'kafka-home') {
    return [
      {
        cause: `KAFKA_HOME is ${jars.home}, and there is no Kafka in it (no libs/kafka_2.1x-….jar).`,
        remedy: 'Set it to the folder of an unpacked Kafka, or unset it: then Kafka is fetched.',
      },
    ];
  }
  if (jars.mavenFound) return [];
  return [
    {
      cause: 'Maven is missing: there is no mvn on the PATH. It fetches Kafka at the first start.',
      remedy:
        'Install it (Debian, Ubuntu: apt install maven; macOS: brew install maven); or unpack a Kafka download and set KAFKA_HOME to its folder.',
    },
  ];
}

/** Each port once, however many variables name it. */
function portsProblems(ports: Facts['ports']): Problem[] {
  const byPort = Map.groupBy(ports, ({ port }) => port);
  return [...byPort].flatMap(([port, [first, ...others]]) => {
    if (first === undefined) return [];
    return port !== 0 && others.length > 0
      ? [sharedPortProblem([first, ...others])]
      : [first, ...others].flatMap(portProblems);
  });
}

function sharedPortProblem(ports: Facts['ports']): Problem {
  const variables = ports.map(({ variable }) => variable).join(' and ');
  const fault = ports[0]?.fault;
  const besides = fault === undefined ? '' : `, which cannot be had anyway (${fault})`;
  return {
    cause: `${variables} are both ${ports[0]?.port}${besides}.`,
    remedy: 'Give each a port of its own; 0 takes any free one.',
  };
}

function portProblems({ variable, port, fault }: Facts['ports'][number]): Problem[] {
  if (fault === undefined) return [];
  const another = `choose another port: ${variable}=0 takes any free one`;
  if (fault === 'EADDRINUSE') {
    const use =
      variable === 'KAFKA_PORT'
        ? `; or, where that is a Kafka, use it: KAFKA_BROKERS=localhost:${port}`
        : '';
    return [
      {
        cause: `Port ${port} (${variable}) is taken.`,
        remedy: `Stop what listens there (lsof -i :${port} names it), or ${another}${use}.`,
      },
    ];
  }
  return [
    {
      cause: `Port ${port} (${variable}) cannot be listened on: ${fault}.`,
      remedy: `${another.charAt(0).toUpperCase()}${another.slice(1)}.`,
    },
  ];
}

function diskProblems({ dir, freeBytes, writable }: Facts['disk']): Problem[] {
  if (!writable) {
    return [
      {
        cause: `${dir} cannot be written.`,
        remedy: 'Give yourself the right to, or set LOCALSTACK_DIR to another folder.',
      },
    ];
  }
  if (freeBytes >= DISK_FREE_MIN_BYTES) return [];
  const free = Math.floor(freeBytes / (1024 * 1024));
  return [
    {
      cause: `Only ${free} MiB are free where ${dir} lies; the stack needs ${DISK_FREE_MIN_BYTES / (1024 * 1024)} MiB.`,
      remedy: 'Make room, or set LOCALSTACK_DIR to a folder on another disk.',
    },
  ];
}
