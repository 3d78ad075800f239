import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Finding } from "./finding.ts";
import { toRefusal } from "./refusal.ts";
import type { Probe } from "./rights.ts";

/**
 * For a bucket on which nothing is allowed: whether the account of the keys has it at all, and whether the
 * keys are any good. `undefined` when neither can be told: the single rights are all there is to say.
 */
export async function examineForeign({
  subject,
  bucket,
  words,
}: Probe): Promise<Finding | undefined> {
  const { config, context } = subject;
  if (config.kind !== "minio") return undefined;
  const { listOwnBuckets } = await import("../providers/s3/account.ts");
  try {
    const names = await listOwnBuckets(config, context);
    if (names.includes(bucket.name)) return undefined;
    return {
      check: "owner",
      state: "fault",
      found: `exists, but not in the account of these keys, which has ${count(names)}`,
      meaning: "Nothing in it can be listed, read or written.",
      remedy: `Have its owner set the bucket policy below, or put keys of its account into ${words.keys}.`,
    };
  } catch (error) {
    // Least privilege looks the same, but only where the store says of bad keys that they are bad.
    if (toRefusal(error).kind !== "denied" || (await tellsBadKeys(config, context))) {
      return undefined;
    }
    return {
      check: "credentials",
      state: "fault",
      found: words.temporary
        ? "the temporary credentials have most likely expired: nothing at all is allowed"
        : "the keys are most likely wrong: nothing at all is allowed",
      meaning: "Nothing can be read, written or signed for; this store says of bad keys no more.",
      remedy: words.temporary
        ? "Renew them (AWS_SESSION_TOKEN and its keys), or use a role or lasting keys."
        : `Check ${words.keys}.`,
    };
  }
}

/** Whether the store refuses keys that cannot exist in other words than keys that lack a right. */
async function tellsBadKeys(config: S3Config, context: ProviderContext): Promise<boolean> {
  const { listOwnBuckets } = await import("../providers/s3/account.ts");
  const credentials = { type: "keys", accessKey: "NOSUCHKEY", secretKey: "no such key" } as const;
  try {
    await listOwnBuckets({ ...config, credentials }, context);
    return false;
  } catch (error) {
    return toRefusal(error).kind !== "denied";
  }
}

function count(names: readonly string[]): string {
  if (names.length === 0) return "no bucket that it may see";
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
