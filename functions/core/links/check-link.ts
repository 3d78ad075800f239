import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectKey } from "../storage/key.ts";
import { StorageError } from "../storage/errors.ts";
import { createGate, type Gate } from "./gate.ts";
import type { LinkError, LinkFacts, LinkResolver, LocatedLink } from "./link.ts";
import { toLinkError } from "./link-failure.ts";
import { type FailedLook, lookUpPublic } from "./look-up-public.ts";
import type { PublicFetch } from "./public-fetch.ts";

/** Looks whether what a link points to is there. Never rejects. */
export type LinkCheck = (located: LocatedLink) => Promise<LinkFacts | LinkError>;

/** Begins the checks of one link file: equal objects in it are asked for once. */
export type LinkChecker = (signal?: AbortSignal) => LinkCheck;

/** What looking takes; the waits are parameters so that tests need none. */
export interface CheckSource {
  readonly resolver: Pick<LinkResolver, "bucket">;
  readonly fetchPublic: PublicFetch;
  /** Milliseconds for one object, all tries together. */
  readonly timeout?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

type LocatedObject = Extract<LocatedLink, { type: "object" }>;

/** Requests under way at once, over all files that are being checked. */
const WIDTH = 32;
const TIMEOUT = 15_000;
const TRIES = 3;
/** Milliseconds before the second try; doubled before the next. */
const FIRST_WAIT = 200;
/** Answers kept for equal objects further down in the file. */
const MAX_REMEMBERED = 10_000;

/** Asks stores with their own credentials, and public hosts through the guarded fetch. */
export function createLinkChecker({
  resolver,
  fetchPublic,
  timeout = TIMEOUT,
  wait = sleep,
}: CheckSource): LinkChecker {
  const gate = createGate(WIDTH);

  const look = (located: LocatedLink, signal: AbortSignal): Promise<LinkFacts | FailedLook> => {
    if (located.type === "public") return lookUpPublic(located.url, fetchPublic, signal);
    return located.type === "object"
      ? lookUpObject(located, resolver, signal)
      : Promise.resolve({ error: located.error, again: false });
  };

  const check = (located: LocatedLink, left: AbortSignal): Promise<LinkFacts | LinkError> =>
    withDeadline(timeout, left, async (signal, isLate) => {
      for (let tries = 1; ; tries++) {
        const answer = await look(located, signal);
        if (!("again" in answer)) return answer;
        if (isLate()) return { code: "timeout", message: `no answer within ${timeout} ms` };
        if (!answer.again || tries === TRIES || left.aborted) return answer.error;
        await wait(FIRST_WAIT * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
      }
    });

  return (left = new AbortController().signal) => remembering(gate, left, check);
}

/**
 * Gives work a signal that ends with `left` or with the time. By hand: the timers and followers of
 * `AbortSignal.timeout` and `any` would stay until their end, thousands of them each second.
 */
async function withDeadline<Result>(
  milliseconds: number,
  left: AbortSignal,
  work: (signal: AbortSignal, isLate: () => boolean) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, milliseconds);
  const leave = () => controller.abort(left.reason);
  left.addEventListener("abort", leave, { once: true });
  try {
    return await work(controller.signal, () => late);
  } finally {
    clearTimeout(timer);
    left.removeEventListener("abort", leave);
  }
}

function remembering(
  gate: Gate,
  left: AbortSignal,
  check: (located: LocatedLink, left: AbortSignal) => Promise<LinkFacts | LinkError>,
): LinkCheck {
  const remembered = new Map<string, Promise<LinkFacts | LinkError>>();
  return (located) => {
    const id = idOf(located);
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const answer = gate(() => check(located, left));
    remembered.set(id, answer);
    if (remembered.size > MAX_REMEMBERED) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return answer;
  };
}

function idOf(located: LocatedLink): string {
  if (located.type === "public") return located.url;
  if (located.type === "error") return "";
  const { provider, bucket, versionId = "", key } = located;
  return JSON.stringify([provider, bucket, versionId, key]);
}

async function lookUpObject(
  located: LocatedObject,
  resolver: CheckSource["resolver"],
  signal: AbortSignal,
): Promise<LinkFacts | FailedLook> {
  const { key, versionId } = located;
  const bucket = resolver.bucket(located);
  if (bucket === undefined) return unlooked({ code: "unknown_bucket", message: "it is gone" });
  try {
    const stat = await bucket.stat(key, { signal, ...(versionId !== undefined && { versionId }) });
    return { size: stat.size, type: stat.type, etag: stat.etag };
  } catch (error) {
    const linkError = toLinkError(error, "the storage did not answer as it should");
    if (error instanceof StorageError) {
      return linkError.code === "not_found"
        ? unlooked({ ...linkError, ...hintFor(key) })
        : { error: linkError, again: error.retryable };
    }
    return unlooked(linkError);
  }
}

function unlooked(error: LinkError): FailedLook {
  return { error, again: false };
}

/** What people most often get wrong in a name that is not there; nothing is listed to guess better. */
function hintFor(key: ObjectKey): Pick<LinkError, "hint"> {
  if (/%[0-9a-f]{2}/i.test(key)) {
    return { hint: "object names are literal: write what %-escapes stand for" };
  }
  if (key.startsWith("/")) return { hint: "the object's name begins with /: is one too many?" };
  if (key.endsWith("/")) return { hint: "this names a folder; link to the objects in it" };
  return {};
}
