import { expect, test } from 'vitest';
import {
  brokerAddressText,
  parseBrokerAddress,
} from '../../../../lib/effect/kafka/broker-address.ts';

test.each([
  ['127.0.0.1:9092', { host: '127.0.0.1', port: 9092 }],
  [
    'b-1.cluster.kafka.eu-west-1.amazonaws.com:9098',
    {
      host: 'b-1.cluster.kafka.eu-west-1.amazonaws.com',
      port: 9098,
    },
  ],
  ['[::1]:19092', { host: '::1', port: 19092 }],
])('%s', (text, address) => {
  expect(parseBrokerAddress(text)).toEqual(address);
  expect(brokerAddressText(address)).toBe(text);
});
