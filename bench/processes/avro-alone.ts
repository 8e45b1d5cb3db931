/** What a function with Avro has besides: the start of a bundle that bench/figures/avro.ts measures. */
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { schemasOf } from '../../lib/wire-schemas.ts';

const schemaRegistryUrl = 'http://127.0.0.1:9';
const config = {
  schemaRegistryUrl,
  schemaRegistryAuth: '',
  schemaRegistryCa: '',
  glueRegistry: '',
};
createEnvelopeCodec(schemasOf(config), 'order-events-dlq');
