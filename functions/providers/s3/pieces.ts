/**
 * Cuts a stream into pieces of `sizeOf(number)` bytes, numbered from 1; the last may be smaller, and
 * an empty stream gives one empty piece. A source that fails makes the iteration throw its error.
 */
export async function* pieces(
  source: AsyncIterable<Uint8Array>,
  sizeOf: (number: number) => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let number = 1;
  let pending: Uint8Array[] = [];
  let held = 0;
  for await (const bytes of source) {
    let rest = bytes;
    while (held + rest.byteLength > sizeOf(number)) {
      const room = sizeOf(number) - held;
      pending.push(rest.subarray(0, room));
      rest = rest.subarray(room);
      yield Buffer.concat(pending);
      number += 1;
      pending = [];
      held = 0;
    }
    if (rest.byteLength > 0) pending.push(rest);
    held += rest.byteLength;
  }
  yield Buffer.concat(pending);
}
