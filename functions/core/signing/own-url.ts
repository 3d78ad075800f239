import { hkdfSync, timingSafeEqual } from "node:crypto";
import type { UrlSigningKey } from "../settings/settings.ts";
import { StorageError } from "../storage/errors.ts";
import { prepareHmac } from "./hmac-sha256.ts";
import type { SignedRequest, SigningPolicy } from "./signed-request.ts";
import { encodeComponent } from "./uri-encode.ts";
import { validity } from "./validity.ts";

/** Seconds that signing times are rounded down to when `SIGNED_URL_WINDOW` is off: caches need URLs that last. */
const WINDOW = 900;

const PURPOSE = "remote-storage own url v1";

/** `exp` and `sig` come last, in this order; a MAC of 32 bytes is 43 characters of base64url. */
const SIGNED = /^(\S*[?&]exp=(\d{1,11}))&sig=([\w-]{1,32})\.([\w-]{43})$/;

export type OwnSignature =
  | { readonly ok: true; readonly keyId: string; readonly until: Date }
  | { readonly ok: false; readonly reason: "wrong" | "expired" };

/** URLs of this service that open what they name without a token. */
export interface OwnUrls {
  /**
   * A GET of `path` with the parameters in the order of their names, so that equal wishes give equal URLs
   * throughout a window.
   *
   * @param path percent-encoded; what a gateway might decode belongs into the parameters.
   * @param expires seconds, 1 to 604800; the URL lives that long at least and a window longer at most.
   */
  sign(path: string, parameters: Readonly<Record<string, string>>, expires: number): SignedRequest;
  /** @param target path and query as they were sent: every character counts. */
  verify(target: string): OwnSignature;
}

export interface OwnUrlOptions {
  /** The first signs, all verify. */
  readonly keys: readonly UrlSigningKey[];
  /**
   * Where clients reach this service, with a base path if there is one; no trailing slash. Absent: it only
   * verifies, as a function does that is made before the CDN that stands in front of it.
   */
  readonly origin?: () => string;
  readonly policy: SigningPolicy;
  readonly now: () => Date;
}

export function createOwnUrls({ keys, origin, policy, now }: OwnUrlOptions): OwnUrls {
  const signers = new Map(
    keys.map(({ id, secret }) => {
      // A key of its own for this purpose: what else the secret seals opens nothing here.
      const key = Buffer.from(hkdfSync("sha256", secret, "", PURPOSE, 32));
      const hmac = prepareHmac(key);
      return [id, (text: string) => Buffer.from(hmac(text, "hex"), "hex").toString("base64url")];
    }),
  );
  return {
    sign(path, parameters, expires) {
      const [first] = signers;
      if (first === undefined)
        throw unable("without URL_SIGNING_KEYS there is nothing to sign with");
      if (origin === undefined)
        throw unable("without PUBLIC_URL this host signs no URLs of its own");
      const [id, mac] = first;
      const window = policy.window > 0 ? policy.window : Math.min(WINDOW, expires);
      const life = validity(now(), expires, { ...policy, window });
      const exp = Math.floor(life.signedAt.getTime() / 1000) + life.seconds;
      const query = Object.entries(parameters)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}=${encodeComponent(value)}&`)
        .join("");
      const target = `${path}?${query}exp=${exp}`;
      const { expiresAt, clampedBy } = life;
      return {
        method: "GET",
        url: `${origin()}${target}&sig=${id}.${mac(target)}`,
        headers: {},
        expiresAt,
        ...(clampedBy !== undefined && { clampedBy }),
      };
    },
    verify(target) {
      const [, text = "", exp = "", id = "", given = ""] = SIGNED.exec(target) ?? [];
      const mac = signers.get(id);
      // Compared as text: the last character of base64url has bits that decoding would not see.
      if (mac === undefined || !timingSafeEqual(Buffer.from(mac(text)), Buffer.from(given))) {
        return { ok: false, reason: "wrong" };
      }
      const until = new Date(Number(exp) * 1000);
      return until > now() ? { ok: true, keyId: id, until } : { ok: false, reason: "expired" };
    },
  };
}

function unable(message: string): StorageError {
  return new StorageError("unsupported", message, { provider: "own", operation: "sign" });
}
