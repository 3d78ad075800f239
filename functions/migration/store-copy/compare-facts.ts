import type { CopyFacts } from "@remote-storage/core/storage/store-copy.ts";

export type Likeness =
  | { readonly result: "equal"; readonly proof?: string }
  | { readonly result: "differs"; readonly how: string };

/**
 * Whether two objects of a store hold the same bytes, by what it says of them: a checksum that it keeps of
 * both, or the same etag, which parts make of their MD5s. Where there is neither, as for an object in parts that was
 * stored before stores kept checksums, the size must do, with nothing written to the source since.
 */
export function compareFacts(source: CopyFacts, copy: CopyFacts): Likeness {
  if (copy.size !== source.size) {
    return { result: "differs", how: `it has ${copy.size} bytes instead of ${source.size}` };
  }
  const common = commonChecksum(source, copy);
  if (common !== undefined) {
    return common.alike
      ? { result: "equal", proof: common.name }
      : { result: "differs", how: `it has another ${common.name}` };
  }
  if (copy.etag === source.etag) return { result: "equal", proof: "md5" };
  return copy.modified >= source.modified
    ? { result: "equal" }
    : { result: "differs", how: "it is older, and the store keeps no checksum of both" };
}

/** What {@link compareFacts} finds in the answer to a copy, which tells no size. */
export function commonChecksum(
  source: Pick<CopyFacts, "checksums">,
  copy: Pick<CopyFacts, "checksums">,
): { readonly name: string; readonly alike: boolean } | undefined {
  for (const [name, sum] of Object.entries(source.checksums)) {
    const other = copy.checksums[name];
    if (other !== undefined) return { name, alike: other === sum };
  }
  return undefined;
}
