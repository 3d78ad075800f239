import { createS3Presigner } from "../../../functions/core/signing/s3-presigner.ts";
import type { SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { verifyPresigned } from "../../../functions/core/signing/sigv4-verify.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";

/** One server's keys and clock, for the tests of what it accepts and refuses. */
export const ORIGIN = "http://127.0.0.1:8080";
export const REGION = "us-east-1";
export const KEYS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCY",
};
export const SIGNED_AT = new Date("2026-11-22T14:00:00Z");

const DAY = { signedAt: SIGNED_AT, seconds: 86_400, expiresAt: "2026-11-23T14:00:00Z" };

const presigner = createS3Presigner({ origin: ORIGIN, basePath: "/cats", region: REGION }, KEYS);

/** Signed for a day from {@link SIGNED_AT}: the raw target and the headers to send. */
export function presign(intent: Omit<SignIntent, "expires">) {
  const { url, headers } = presigner({ ...intent, expires: DAY.seconds }, DAY);
  return { target: url.slice(ORIGIN.length), headers };
}

export const CAT = presign({ method: "GET", key: parseKey("cat.jpg") }).target;

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly region?: string;
}

export function verify(target: string, sent: Sent = {}) {
  const { method = "GET", headers = {}, now = SIGNED_AT, region = REGION } = sent;
  return verifyPresigned(
    { method, target, headers: new Headers({ host: "127.0.0.1:8080", ...headers }) },
    (accessKey) => (accessKey === KEYS.accessKeyId ? KEYS.secretAccessKey : undefined),
    { now, region },
  );
}

/** "accepted", or the code and message of the refusal. */
export function verdict(target: string, sent: Sent = {}): string {
  const result = verify(target, sent);
  return result.ok ? "accepted" : `${result.code}: ${result.message}`;
}
