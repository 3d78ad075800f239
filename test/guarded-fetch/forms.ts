type Octets = readonly [number, number, number, number];

/** One address of each range that is not the public internet's, and of those that mean this machine. */
export const INNER_IPV4: readonly Octets[] = [
  [0, 0, 0, 0],
  [0, 1, 2, 3],
  [10, 0, 0, 1],
  [100, 64, 0, 1],
  [100, 100, 100, 200],
  [127, 0, 0, 1],
  [127, 255, 255, 254],
  [168, 63, 129, 16],
  [169, 254, 169, 254],
  [169, 254, 170, 2],
  [172, 16, 0, 1],
  [172, 31, 255, 255],
  [192, 0, 0, 192],
  [192, 0, 2, 1],
  [192, 88, 99, 1],
  [192, 168, 1, 1],
  [198, 18, 0, 1],
  [198, 51, 100, 1],
  [203, 0, 113, 1],
  [224, 0, 0, 1],
  [255, 255, 255, 255],
];

/** IPv6 addresses that are not the public internet's by themselves. */
export const INNER_IPV6: readonly string[] = [
  "::",
  "::1",
  "fe80::1",
  "fec0::1",
  "fc00::1",
  "fd00:ec2::254",
  "fd12:3456::1",
  "ff02::1",
  "100::1",
  "2001:db8::1",
  "2001:2::1",
  "2001:10::1",
  "3fff::1",
  "5f00::1",
  "4000::1",
];

const hex = (value: number) => value.toString(16);
const groups = ([a, b, c, d]: Octets) => `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;

/** The ways to write an IPv4 address inside of an IPv6 one. */
export const EMBEDDINGS: Readonly<Record<string, (octets: Octets) => string>> = {
  mapped: (octets) => `::ffff:${octets.join(".")}`,
  "mapped in hex": (octets) => `::ffff:${groups(octets)}`,
  compatible: (octets) => `::${groups(octets)}`,
  translated: (octets) => `::ffff:0:${groups(octets)}`,
  "6to4": (octets) => `2002:${groups(octets)}::1`,
  NAT64: (octets) => `64:ff9b::${groups(octets)}`,
  "local NAT64": (octets) => `64:ff9b:1::${groups(octets)}`,
  Teredo: ([a, b, c, d]) =>
    `2001:0:4136:e378:8000:63bf:${groups([255 - a, 255 - b, 255 - c, 255 - d])}`,
  ISATAP: (octets) => `2a00:1450:4001:800:0:5efe:${groups(octets)}`,
  "global ISATAP": (octets) => `2a00:1450:4001:800:200:5efe:${groups(octets)}`,
};

/** Hosts of URLs that mean an IPv4 address without looking like it. */
export const SPELLINGS: Readonly<Record<string, (octets: Octets) => string>> = {
  dotted: (octets) => octets.join("."),
  decimal: ([a, b, c, d]) => String(((a * 256 + b) * 256 + c) * 256 + d),
  hexadecimal: ([a, b, c, d]) => `0x${hex(((a * 256 + b) * 256 + c) * 256 + d)}`,
  "dotted hexadecimal": (octets) => octets.map((octet) => `0x${hex(octet)}`).join("."),
  "dotted octal": (octets) => octets.map((octet) => `0${octet.toString(8)}`).join("."),
  short: ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  "with a dot at the end": (octets) => `${octets.join(".")}.`,
  "full width": (octets) =>
    octets.join(".").replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  "percent-encoded": (octets) => octets.join(".").replaceAll(/\d/g, (digit) => `%3${digit}`),
};
