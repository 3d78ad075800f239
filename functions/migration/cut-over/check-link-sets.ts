import type { LinkCheck } from "@remote-storage/core/links/check-link.ts";
import type { LinkErrorCode, LinkResolver, LocatedLink } from "@remote-storage/core/links/link.ts";
import { type LinkLine, readLinkFile } from "@remote-storage/core/links/link-file.ts";
import { createLineResolver } from "@remote-storage/core/links/resolve-line.ts";
import { createLinkSets } from "@remote-storage/core/links/sets/link-sets.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";

/** The service's storage, as one of the two settings has it. */
interface SettingSide {
  readonly resolver: LinkResolver;
  /** The private bucket, where link sets lie. */
  readonly private: Bucket;
}

export interface CheckLinkSetsOptions {
  readonly before: SettingSide;
  readonly after: SettingSide;
  /** Looks whether an object is there, with the new settings: asked for links into the service's own buckets. */
  readonly check: LinkCheck;
  /** Takes every finding, set by set and line by line. */
  readonly deliver: (finding: LinkFinding) => void;
  readonly signal?: AbortSignal;
}

/**
 * A link that does not resolve with the new settings. `left_behind`: it names the old storage's address, so it
 * resolves, but to the old object. Without a line it is the set itself that is missing.
 */
export interface LinkFinding {
  readonly set: string;
  readonly line?: number;
  readonly link?: string;
  readonly code: LinkErrorCode | "left_behind";
  readonly message: string;
  readonly hint?: string;
  /** It did not resolve with the old settings either, so the migration is not the reason. */
  readonly before: boolean;
}

export interface LinkSetsSummary {
  readonly sets: number;
  readonly links: number;
  /** Findings of which the migration is the reason, and the others. */
  readonly broken: number;
  readonly brokenBefore: number;
}

/** Seconds; a signature is made to see that it can be, and thrown away. */
const EXPIRES = 60;

/**
 * Resolves every link of every set with the new settings, in flat memory.
 *
 * @throws StorageError when the sets cannot be read.
 */
export async function checkLinkSets(options: CheckLinkSetsOptions): Promise<LinkSetsSummary> {
  const { before, after, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const look = createLook(options);
  const present = new Set<string>();
  const counts = { links: 0, broken: 0, brokenBefore: 0 };
  const tell = (finding: LinkFinding): void => {
    counts[finding.before ? "brokenBefore" : "broken"] += 1;
    options.deliver(finding);
  };
  for await (const set of setNames(after.private, call)) {
    present.add(set);
    const { body } = await createLinkSets(after.private).read(set, call);
    for await (const { links } of readLinkFile(body)) {
      counts.links += links.length;
      for (const found of await Promise.all(links.map(look))) if (found) tell({ set, ...found });
    }
  }
  for await (const set of setNames(before.private, call)) {
    if (present.has(set)) continue;
    const message = "the link set is not in the new private bucket";
    tell({ set, code: "not_found", message, before: false });
  }
  return { sets: present.size, ...counts };
}

/** What is wrong with a line; `undefined` for a link that resolves. */
function createLook({ before, after, check }: CheckLinkSetsOptions) {
  const resolve = createLineResolver(after.resolver, {
    method: "GET",
    expires: EXPIRES,
    // Objects of others did not move.
    check: async (located) => (isOwn(located) ? check(located) : {}),
  });
  return async (item: LinkLine): Promise<Omit<LinkFinding, "set"> | undefined> => {
    const { line, link } = item;
    const was = before.resolver.locate(link);
    const wasBroken = item.error !== undefined || was.type === "error";
    const answer = await resolve(item);
    if ("error" in answer) return { line, link, ...answer.error, before: wasBroken };
    if (!isOwn(was) || isOwn(after.resolver.locate(link))) return undefined;
    const hint = `write fs://${after.private.name}/… in its place`;
    const message = "it names the address of the old storage";
    return { line, link, code: "left_behind", message, hint, before: false };
  };
}

/** `fs` is what the service's own buckets are called in links. */
function isOwn(located: LocatedLink): located is Extract<LocatedLink, { type: "object" }> {
  return located.type === "object" && located.provider === "fs";
}

async function* setNames(bucket: Bucket, call: { signal?: AbortSignal }): AsyncGenerator<string> {
  const linkSets = createLinkSets(bucket);
  let cursor: string | undefined;
  do {
    const page = await linkSets.list({
      ...call,
      limit: 1000,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.sets.map(({ name }) => name);
    ({ cursor } = page);
  } while (cursor !== undefined);
}
