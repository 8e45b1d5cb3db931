/** The order id as log texts and lists show it. */
export function orderName(orderId: string | null | undefined): string {
  return orderId ?? 'Unknown';
}
