import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { UrlSigningKey } from "../settings/settings.ts";

const CIPHER = "aes-256-gcm";
/** Bytes; what GCM is made for (NIST SP 800-38D §8.2). */
const NONCE = 12;
const TAG = 16;

/** One key per purpose: a token sealed for one never opens for another. */
function keyFor(key: UrlSigningKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key.secret, "", `remote-storage seal ${purpose}`, 32));
}

/**
 * Seals a JSON value into URL-safe text that only the holders of `keys` can read or make. The first
 * key seals; its id is inside, readable, so that keys can be rotated.
 *
 * @param nonce 12 bytes, never twice under one key.
 * @throws RangeError when there is no key: nothing is ever sealed with none.
 */
export function seal(
  keys: readonly UrlSigningKey[],
  purpose: string,
  payload: unknown,
  nonce: Uint8Array = randomBytes(NONCE),
): string {
  const [key] = keys;
  if (key === undefined) throw new RangeError("there is no key to seal with");
  const id = Buffer.from(key.id);
  const cipher = createCipheriv(CIPHER, keyFor(key, purpose), nonce, { authTagLength: TAG });
  cipher.setAAD(id);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(payload)), cipher.final()]);
  return [id, Buffer.concat([nonce, sealed, cipher.getAuthTag()])]
    .map((bytes) => bytes.toString("base64url"))
    .join(".");
}

/** What {@link seal} sealed for the same purpose; undefined when any of it was changed or its key is not listed. */
export function unseal(keys: readonly UrlSigningKey[], purpose: string, token: string): unknown {
  const [id = "", body = "", ...rest] = token.split(".");
  const key = keys.find((listed) => Buffer.from(listed.id).toString("base64url") === id);
  const bytes = Buffer.from(body, "base64url");
  // Decoding skips what is not base64url: only the one true spelling counts.
  if (key === undefined || rest.length > 0 || bytes.toString("base64url") !== body)
    return undefined;
  if (bytes.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(CIPHER, keyFor(key, purpose), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(Buffer.from(key.id));
  decipher.setAuthTag(bytes.subarray(-TAG));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
