import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import type { ErrorKind } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { explain } from "./cause.ts";
import { type Check, fine, type Finding } from "./finding.ts";
import { type Refusal, toRefusal } from "./refusal.ts";
import { sendSigned, type SignedAnswer } from "./signed.ts";
import type { Subject } from "./subject.ts";
import type { Words } from "./words.ts";
import type { World } from "./world.ts";

/** One bucket under examination. */
export interface Probe {
  readonly subject: Subject;
  readonly world: World;
  readonly words: Words;
  readonly bucket: Bucket;
  readonly prefix: string;
  /** Of an object that is not there, and that is made for a moment on own buckets. */
  readonly key: ObjectKey;
}

/** What one try came to. */
export interface Try {
  readonly finding: Finding;
  /** The store grants it. */
  readonly granted: boolean;
  /** The cause lies deeper than this one right: trying others would only repeat it. */
  readonly root: boolean;
}

/** What missing each right means. */
const MEANING: Partial<Record<Check, string>> = {
  list: "Listings fail.",
  read: "Signed URLs for reading are refused when they are opened.",
  write: "Signed URLs for writing are refused when they are used, and links cannot be stored.",
  uploads: "Uploads in parts (from 16 MiB) cannot begin or end.",
  remove: "Objects cannot be deleted.",
};

function denied(check: Check, found: string, code: string): Finding {
  const meaning = MEANING[check];
  return {
    check,
    state: "fault",
    found,
    ...(meaning !== undefined && { meaning }),
    remedy: "Grant it: the policy below is enough.",
    ...(code !== "" && { code }),
  };
}

/** Runs one call of the provider; what it throws becomes a finding. */
async function attempt(
  { words }: Probe,
  check: Check,
  right: string,
  call: () => Promise<unknown>,
): Promise<Try> {
  try {
    await call();
    return { finding: fine(check, right), granted: true, root: false };
  } catch (error) {
    const refusal = toRefusal(error);
    const cause = explain(refusal, words);
    if (cause !== undefined) return { finding: cause, granted: false, root: true };
    return { finding: refused(check, right, refusal), granted: false, root: false };
  }
}

function refused(check: Check, right: string, { kind, code, message }: Refusal): Finding {
  return denied(check, kind === "denied" ? `${right}: denied` : `${right}: ${message}`, code);
}

export async function tryList(probe: Probe): Promise<Try> {
  const { bucket, prefix, subject } = probe;
  const result = await attempt(probe, "list", "list objects", () =>
    bucket.list({ prefix, limit: 1 }),
  );
  if (result.granted || result.root || subject.own) return result;
  const meaning = "Links can be signed, but a missing object looks like a forbidden one.";
  return { ...result, finding: { ...result.finding, state: "warning", meaning } };
}

/**
 * Sends a signed GET. A store tells who may list that an object is missing, and refuses everybody else,
 * whether they could read it or not.
 */
export async function readMissing(
  probe: Probe,
  signed: SignedRequest,
  mayList: boolean,
): Promise<Try> {
  const answer = await sendSigned(probe.world.fetch, signed);
  const { status, code } = answer;
  if (status === 200 || status === 404) {
    return { finding: fine("read", "read objects, by a signed URL"), granted: true, root: false };
  }
  if (status === 0) return { finding: unreachable(signed, code), granted: false, root: true };
  const cause = explain(answered(answer), probe.words);
  if (cause !== undefined) return { finding: cause, granted: false, root: true };
  const finding: Finding = mayList
    ? denied("read", `read objects, by a signed URL: ${outcome(answer)}`, code)
    : {
        check: "read",
        state: "warning",
        found: "whether objects can be read cannot be told",
        meaning: "Without the right to list, a missing object is refused like a forbidden one.",
        remedy: "Grant both: the policy below is enough.",
        ...(code !== "" && { code }),
      };
  return { finding, granted: false, root: false };
}

export async function tryWrite({ bucket, key, world }: Probe): Promise<Finding> {
  const signed = await bucket.sign({
    method: "PUT",
    key,
    expires: 60,
    ...(bucket.can.signsIfNoneMatch && { ifNoneMatch: "*" }),
  });
  const answer = await sendSigned(world.fetch, signed);
  const right = "write objects, by a signed URL";
  return answer.status >= 200 && answer.status < 300
    ? fine("write", right)
    : denied("write", `${right}: ${outcome(answer)}`, answer.code);
}

export async function tryUploads(probe: Probe): Promise<Finding> {
  const { bucket, key } = probe;
  const { finding } = await attempt(
    probe,
    "uploads",
    "begin, look at and abort uploads in parts",
    async () => {
      const id = await bucket.multipart.create(key);
      await bucket.multipart.parts(key, id);
      await bucket.multipart.abort(key, id);
    },
  );
  return finding;
}

export async function tryRemove(probe: Probe): Promise<Finding> {
  const { bucket, key } = probe;
  const { finding } = await attempt(probe, "remove", "delete objects", () => bucket.remove(key));
  return finding.state === "fine"
    ? finding
    : { ...finding, found: `${finding.found}; the empty object ${key} stays behind` };
}

/** Codes that are about more than one right, as providers call them. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  NoSuchBucket: "no-bucket",
  ContainerNotFound: "no-bucket",
  AuthorizationHeaderMalformed: "wrong-region",
  AuthorizationQueryParametersError: "wrong-region",
  PermanentRedirect: "wrong-region",
  TemporaryRedirect: "wrong-region",
};

function answered({ code, status, region }: SignedAnswer): Refusal {
  const kind = KINDS[code] ?? "denied";
  const message =
    kind === "wrong-region" && region !== undefined
      ? `the bucket is in the region ${region}`
      : `the store answers ${status}`;
  return { kind, code, message };
}

function outcome({ status, code }: SignedAnswer): string {
  if (status === 0) return `no answer (${code})`;
  return status === 403 ? "denied" : `the store answers ${status}`;
}

function unreachable(signed: SignedRequest, code: string): Finding {
  return {
    check: "signed host",
    state: "fault",
    found: `${new URL(signed.url).host}, which signed URLs name, does not answer`,
    meaning: "No signed URL can be opened from here.",
    remedy: "Correct the public endpoint, or try a signed URL where the clients are.",
    ...(code !== "" && { code }),
  };
}
