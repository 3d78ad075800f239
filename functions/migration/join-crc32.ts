/** x^n modulo the CRC's polynomial, bits in reverse: bit 31 is x^0. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** The product of two polynomials modulo the CRC's. */
function times(left: number, right: number): number {
  let product = 0;
  let factor = right;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
  }
  return product;
}

/** x^(8·bytes) modulo the polynomial, by squaring. */
function shiftBy(bytes: number): number {
  let result = ONE;
  // x^8
  let square = ONE >>> 8;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = times(result, square);
    square = times(square, square);
  }
  return result;
}

/**
 * The CRC-32 of two texts one after the other, from their own, without their bytes: parts are summed where
 * they are sent, in any order.
 *
 * @param length of the second, in bytes.
 * @see https://www.zlib.net/manual.html#Checksum (crc32_combine)
 */
export function joinCrc32(first: number, second: number, length: number): number {
  return (times(shiftBy(length), first) ^ second) >>> 0;
}
