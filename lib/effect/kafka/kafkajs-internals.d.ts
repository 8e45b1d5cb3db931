// The parts of kafkajs 2.2.4 behind its public interface that this folder uses. The version is pinned and the project
// frozen; mend-kafkajs.ts checks at load that they are what is written here.

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    readonly buffer: Buffer;
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly buffer: Buffer;
    offset: number;
    canReadBytes(length: number): boolean;
    readBytes(length?: number): Buffer | null;
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readString(): string | null;
    readVarIntBytes(): Buffer | null;
    readArray<T>(read: (decoder: Decoder) => T): T[];
    readVarIntArray<T>(read: (decoder: Decoder) => T): T[];
  }
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  import type Encoder from 'kafkajs/src/protocol/encoder.js';
  export default function encodeRecord(record: {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: object;
  }): Encoder;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  export interface DecodedRecord {
    readonly offset: string;
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: object;
  }
  export default function decodeRecord(
    decoder: Decoder,
    batch: { readonly firstOffset: string; readonly firstTimestamp: string },
  ): DecodedRecord;
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
  export default function decodeRecordBatch(decoder: Decoder): Promise<{
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly records: readonly (DecodedRecord & { readonly isControlRecord: boolean })[];
  }>;
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
  const assignerProtocol: object;
  export default assignerProtocol;
}
