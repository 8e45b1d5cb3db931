import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NonRetriableError } from '../../model/errors.ts';
import type { OrderSource, OrderStore, ProcessedOrder } from '../../orders/order-store.ts';
import { getItem, guarded, heldCondition, type LoadDynamoDb } from './client.ts';
import { itemBytes, ITEM_BYTES_MAX } from './item-size.ts';

export interface OrderStoreOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

type Item = Record<string, AttributeValue>;

/**
 * The order store in DynamoDB. The order is kept as its JSON text: exact, whatever numbers it holds.
 * Rejects with AppError STORE_UNAVAILABLE, or with NonRetriableError where the order is larger than an item can be.
 * Whatever else DynamoDB refuses is the table's fault, not the order's: mended, it takes the same order.
 */
export function createOrderStore({ table, load }: OrderStoreOptions): OrderStore {
  /** Strongly consistent: a duplicate is told from a redelivery by what is really there. */
  const read = (orderId: string, abortSignal?: AbortSignal): Promise<Item | undefined> =>
    getItem({ orderId: { S: orderId } }, { table, load }, { abortSignal });

  /** @returns false where an order with this id is there */
  const write = async (item: Item, abortSignal: AbortSignal): Promise<boolean> => {
    refuseTooLarge(item, table);
    const { sdk, client } = await load();
    const input = {
      TableName: table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(orderId)',
    };
    return heldCondition(async () => {
      // An aborted signal ends the request under way, and keeps the SDK from beginning one, its own retries included.
      await client.send(new sdk.PutItemCommand(input), { abortSignal });
    });
  };

  const putIfAbsent: OrderStore['putIfAbsent'] = async (order, source, signal) => {
    if (await write(toItem(order, source), signal)) return { kind: 'stored' };
    const present = await read(order.orderId, signal);
    // Between the two calls somebody deleted it: the retry will find out.
    if (present === undefined) throw new Error(`Order ${order.orderId} was there and is gone`);
    return { kind: 'present', source: toSource(present) };
  };

  return {
    putIfAbsent: (order, source, signal) =>
      guarded(table, () => putIfAbsent(order, source, signal), signal),
    get: (orderId) =>
      guarded(table, async () => {
        const text = (await read(orderId))?.['order']?.S;
        return text === undefined ? undefined : (JSON.parse(text) as ProcessedOrder);
      }),
  };
}

function refuseTooLarge(item: Item, table: string): void {
  const bytes = itemBytes(item);
  if (bytes <= ITEM_BYTES_MAX) return;
  throw new NonRetriableError(
    `Order ${item['orderId']?.S} has ${bytes} bytes as an item of table ${table}, and DynamoDB takes at most ${ITEM_BYTES_MAX}: send a smaller order`,
  );
}

function toItem(order: ProcessedOrder, { origin, valueSha256 }: OrderSource): Item {
  return {
    orderId: { S: order.orderId },
    order: { S: JSON.stringify(order) },
    origin: { S: JSON.stringify(origin) },
    valueSha256: { S: valueSha256 },
  };
}

function toSource(item: Item): OrderSource {
  return {
    origin: JSON.parse(item['origin']?.S ?? '') as OrderSource['origin'],
    valueSha256: item['valueSha256']?.S ?? '',
  };
}
