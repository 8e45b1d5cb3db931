import { describe, expect, it } from 'vitest';
import {
  DISK_FREE_MIN_BYTES,
  type Facts,
  formatProblems,
  problemsOf,
} from '../../../localstack/preflight.ts';

const fine: Facts = {
  faults: [],
  java: { command: 'java', major: 17 },
  jars: { from: 'cache', present: true, mavenFound: false },
  ports: [{ variable: 'API_PORT', port: 8000 }],
  disk: { dir: '/data', freeBytes: DISK_FREE_MIN_BYTES, writable: true },
};

const textOf = (facts: Partial<Facts>) => formatProblems(problemsOf({ ...fine, ...facts }));

describe('problemsOf', () => {
  it('finds nothing where Java, jars, ports and disk are there; Maven is not needed then', () => {
    expect(problemsOf(fine)).toEqual([]);
  });

  it.each<{ name: string; facts: Partial<Facts>; says: RegExp[] }>([
    {
      name: 'no java on the PATH',
      facts: { java: { command: 'java' } },
      says: [
        /Java is missing: there is no java on the PATH/,
        /apt install openjdk-17/,
        /KAFKA_BROKERS/,
      ],
    },
    {
      name: 'a JAVA_HOME without Java',
      facts: { java: { command: '/x/bin/java', javaHome: '/x' } },
      says: [
        /JAVA_HOME is \/x, and \/x\/bin\/java does not run/,
        /Unset JAVA_HOME to use the Java on the PATH, or install a Java of at least 17/,
      ],
    },
    {
      name: 'a Java that is too old',
      facts: { java: { command: 'java', major: 11 } },
      says: [/Java 11 is too old: Kafka and the schema registry need 17 or newer/],
    },
    {
      name: 'no Maven, and the jars are not there',
      facts: { jars: { from: 'cache', present: false, mavenFound: false } },
      says: [/Maven is missing/, /apt install maven/, /KAFKA_HOME/],
    },
    {
      name: 'a KAFKA_HOME without Kafka',
      facts: { jars: { from: 'kafka-home', home: '/k', present: false } },
      says: [/KAFKA_HOME is \/k, and there is no Kafka in it/, /unset it/],
    },
    {
      name: 'a taken port',
      facts: { ports: [{ variable: 'API_PORT', port: 8000, fault: 'EADDRINUSE' }] },
      says: [/Port 8000 \(API_PORT\) is taken/, /lsof -i :8000/, /API_PORT=0/],
    },
    {
      name: 'a taken Kafka port, which may be a Kafka to use',
      facts: { ports: [{ variable: 'KAFKA_PORT', port: 9092, fault: 'EADDRINUSE' }] },
      says: [/Port 9092 \(KAFKA_PORT\) is taken/, /KAFKA_BROKERS=localhost:9092/],
    },
    {
      name: 'one port for two',
      facts: {
        ports: [
          { variable: 'API_PORT', port: 3002 },
          { variable: 'LAMBDA_PORT', port: 3002 },
          { variable: 'KAFKA_PORT', port: 0 },
          { variable: 'DYNAMODB_PORT', port: 0 },
        ],
      },
      says: [/API_PORT and LAMBDA_PORT are both 3002\./, /a port of its own; 0 takes any free one/],
    },
    {
      name: 'one taken port for two, told once',
      facts: {
        ports: [
          { variable: 'API_PORT', port: 3002, fault: 'EADDRINUSE' },
          { variable: 'LAMBDA_PORT', port: 3002, fault: 'EADDRINUSE' },
        ],
      },
      says: [/API_PORT and LAMBDA_PORT are both 3002, which cannot be had anyway \(EADDRINUSE\)/],
    },
    {
      name: 'a port that is not ours to listen on',
      facts: { ports: [{ variable: 'API_PORT', port: 80, fault: 'EACCES' }] },
      says: [
        /Port 80 \(API_PORT\) cannot be listened on: EACCES/,
        /Choose another port: API_PORT=0/,
      ],
    },
    {
      name: 'too little room',
      facts: { disk: { dir: '/data', freeBytes: 5 * 1024 * 1024, writable: true } },
      says: [/Only 5 MiB are free where \/data lies/, /LOCALSTACK_DIR/],
    },
    {
      name: 'a folder that cannot be written',
      facts: { disk: { dir: '/data', freeBytes: 0, writable: false } },
      says: [/\/data cannot be written/],
    },
    {
      name: 'foreign brokers that do not answer',
      facts: { foreignBrokers: { brokers: 'k:1', answer: false } },
      says: [/KAFKA_BROKERS names k:1, and no Kafka answers there/],
    },
    {
      name: 'a variable that makes no sense',
      facts: { faults: ['API_PORT is "x": write a port'] },
      says: [/API_PORT is "x"/],
    },
  ])('$name: cause and remedy', ({ facts, says }) => {
    const text = textOf(facts);

    expect(text).toMatch(/one thing is in the way/);
    for (const pattern of says) expect(text).toMatch(pattern);
  });

  it('names all at once', () => {
    const text = textOf({
      java: { command: 'java' },
      jars: { from: 'cache', present: false, mavenFound: false },
      ports: [
        { variable: 'API_PORT', port: 8000, fault: 'EADDRINUSE' },
        { variable: 'KAFKA_PORT', port: 9092, fault: 'EADDRINUSE' },
      ],
    });

    expect(text).toMatch(/4 things are in the way/);
    expect(text.match(/^- /gm)).toHaveLength(4);
    expect(text.match(/^ {2}→ /gm)).toHaveLength(4);
  });

  it('asks for no Java and no Maven where brokers run already', () => {
    const { java: _, jars: __, ...facts } = fine;

    expect(problemsOf({ ...facts, foreignBrokers: { brokers: 'k:1', answer: true } })).toEqual([]);
  });
});
