// The parts of kafkajs 2.2.4 behind its public interface that this folder uses. The version is pinned and the project
// frozen; the contract tests use each of them against a real broker.

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    /** Length (16 bit), then UTF-8. */
    writeString(value: string | null): this;
    /** Length (32 bit), then the bytes. */
    writeBytes(value: Buffer): this;
    size(): number;
    readonly buffer: Buffer;
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readBytes(): Buffer | null;
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readString(): string | null;
    readArray<T>(read: (decoder: Decoder) => T): T[];
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  export default function crc32c(bytes: Uint8Array): number;
}

declare module 'kafkajs/src/protocol/error.js' {
  const errors: {
    /** A KafkaJSProtocolError with `type`, `code` and `retriable`. */
    createErrorFromCode(
      code: number,
    ): Error & { readonly type: string; readonly code: number; readonly retriable: boolean };
  };
  export default errors;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  export interface Protocol {
    readonly request: object;
    readonly response: { decode(payload: Buffer): Promise<unknown> };
  }
  const protocol: {
    readonly requests: Readonly<
      Record<string, { protocol(of: { version: number }): (args: object) => Protocol }>
    >;
  };
  export default protocol;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: object);
    readonly pending: readonly unknown[];
    readonly throttleCheckTimeoutId: unknown;
    scheduleCheckPendingRequests(): void;
    rejectAll(error: Error): void;
  }
}

declare module 'kafkajs/src/consumer/assignerProtocol.js' {
  const assignerProtocol: {
    readonly MemberAssignment: {
      decode(bytes: Buffer): { readonly assignment: Readonly<Record<string, number[]>> } | null;
    };
  };
  export default assignerProtocol;
}

declare module 'kafkajs/src/network/connection.js' {
  import type RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
  export default class Connection {
    constructor(options: object);
    readonly requestQueue: RequestQueue;
  }
}

declare module 'kafkajs/src/network/connectionPool.js' {
  export default class ConnectionPool {
    constructor(options: object);
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  export default function createSocketFactory(): unknown;
}

declare module 'kafkajs/src/broker/index.js' {
  import type { RawBroker } from './broker-factory.ts';
  /** Types it as what we use of it: the pool that it was given, and `connect`. */
  const Broker: new (options: object) => RawBroker;
  export default Broker;
}
