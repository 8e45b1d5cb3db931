import './mend-kafkajs.ts';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { KafkaConfig } from 'kafkajs';

/** Makes the token of one authentication; rejects where it cannot. */
export type TokenOf = () => Promise<string>;

/** Separates the parts of the client's message. */
const SOH = '\u0001';

/**
 * SASL/OAUTHBEARER with a fresh token for every authentication (RFC 7628, section 3.1). kafkajs's own takes a broker's
 * refusal for a success: it does not read the answer, in which the refusal stands (section 3.2.2).
 */
export function oauthBearer(tokenOf: TokenOf): NonNullable<KafkaConfig['sasl']> {
  return {
    mechanism: 'OAUTHBEARER',
    authenticationProvider: ({ host, port, saslAuthenticate }) => ({
      async authenticate() {
        const message = Buffer.from(`n,,${SOH}auth=Bearer ${await tokenOf()}${SOH}${SOH}`);
        const refused = (why: string): Error =>
          new Error(
            `${host}:${port} refused the token (${why}): look whether its role may kafka-cluster:Connect to this cluster`,
          );
        const answer = await saslAuthenticate({
          request: { encode: () => new Encoder().writeBytes(message).buffer },
          response: {
            decode: (bytes) => new Decoder(bytes).readBytes() ?? Buffer.alloc(0),
            parse: (bytes) => bytes.toString('utf8'),
          },
        }).catch((error: unknown) => {
          throw isRefusal(error) ? refused(error.message) : error;
        });
        if (answer) throw refused(answer);
      },
    }),
  };
}

const SASL_AUTHENTICATION_FAILED = 58;

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === SASL_AUTHENTICATION_FAILED;
}
