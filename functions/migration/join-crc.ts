/** A CRC whose bits stand in reverse and whose register begins and ends inverted, as all in use here do. */
interface Crc {
  readonly bits: number;
  /** Without its highest power, the lowest bit being the highest power left. */
  readonly polynomial: bigint;
}

const CRC32: Crc = { bits: 32, polynomial: 0xedb88320n };

/**
 * CRC-64/NVME: S3's and Azure's, which write its eight bytes in opposite orders.
 *
 * @see https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
 */
const CRC64: Crc = { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n };

/** x^0. */
const one = ({ bits }: Crc): bigint => 1n << BigInt(bits - 1);

/** The product of two polynomials modulo the CRC's. */
function times(crc: Crc, left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = one(crc); bit !== 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= factor;
    factor = (factor & 1n) === 0n ? factor >> 1n : (factor >> 1n) ^ crc.polynomial;
  }
  return product;
}

/** x^(8·bytes) modulo the polynomial, by squaring. */
function shiftBy(crc: Crc, bytes: number): bigint {
  let result = one(crc);
  // x^8
  let square = result >> 8n;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = times(crc, result, square);
    square = times(crc, square, square);
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
  return Number(join(CRC32, BigInt(first), BigInt(second), length));
}

/** The same for CRC-64/NVME. */
export function joinCrc64(first: bigint, second: bigint, length: number): bigint {
  return join(CRC64, first, second, length);
}

function join(crc: Crc, first: bigint, second: bigint, length: number): bigint {
  return times(crc, shiftBy(crc, length), first) ^ second;
}
