/**
 * An amount as whole cents, from its shortest decimal text: exact, never by multiplying a binary fraction.
 *
 * @param amount not negative, at most two decimals (order-event.ts refuses others)
 */
export function toCents(amount: number): bigint {
  const [whole = '0', fraction = ''] = String(amount).split('.');
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
}

/** Whole cents as an amount. */
export function toAmount(cents: bigint): number {
  return Number(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
}

const SHIPPING_PERCENT = 2n;

/** Shipping: 2 % of the total, rounded half up to cents. */
export function shippingCost(totalAmount: number): number {
  return toAmount((toCents(totalAmount) * SHIPPING_PERCENT + 50n) / 100n);
}
