/**
 * A decimal as a JSON number where one can hold it exactly, else as its text: nothing is rounded.
 *
 * @param bytes two's complement, big-endian: the unscaled number
 */
export function decimalValue(bytes: Uint8Array, scale: number): number | string {
  const hex = Buffer.from(bytes).toString('hex');
  const unscaled = hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const text = `${unscaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  return String(Number(text)) === text ? Number(text) : text;
}

/**
 * A number → the bytes of a decimal, from its shortest decimal text.
 * @returns undefined where the number has more decimals than the scale, or is none
 */
export function decimalBytes(value: unknown, scale: number): Uint8Array | undefined {
  const [, sign = '', whole = '', fraction = ''] =
    /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === '' || fraction.length > scale) return undefined;
  const unscaled = BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
  let length = 1;
  while (BigInt.asIntN(length * 8, unscaled) !== unscaled) length++;
  const hex = BigInt.asUintN(length * 8, unscaled).toString(16);
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
}
