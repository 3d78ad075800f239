import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { AuthClient, GoogleAuth } from "google-auth-library";

/** Who we are at Google. The library behind it is loaded at the first call. */
export interface Identity {
  /** A client with a valid access token. Throws `credentials`. */
  authorised(place: ErrorPlace): Promise<AuthClient>;
  /** The e-mail address of the ambient service account. Throws `credentials`. */
  email(place: ErrorPlace): Promise<string>;
  /** An RSA-SHA256 signature by the ambient service account. Throws `credentials`. */
  sign(text: string, place: ErrorPlace): Promise<Uint8Array>;
}

const STORAGE_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
/** What changing a bucket takes; objects do with less. */
export const FULL_SCOPE = "https://www.googleapis.com/auth/devstorage.full_control";
/** Signing with an identity that has no key at hand is a call to IAM, which wants the broad scope. */
const IAM_SCOPE = "https://www.googleapis.com/auth/cloud-platform";

export function createIdentity(
  { credentials, endpoint }: GoogleConfig,
  scope = STORAGE_SCOPE,
): Identity {
  let opened: Promise<AuthClient> | undefined;
  let ambient: Promise<GoogleAuth> | undefined;
  let address: string | undefined;

  const open = async (): Promise<AuthClient> => {
    const { JWT, PassThroughClient } = await import("google-auth-library");
    // A token must not travel in clear text. Only emulators do without TLS, and they ask for none.
    if (endpoint?.protocol === "http:") return new PassThroughClient();
    if (credentials.type === "keys") throw new Error("an HMAC key gets no token");
    if (credentials.type === "ambient") return (await (ambient ??= openAmbient())).getClient();
    const client = new JWT({
      email: credentials.clientEmail,
      key: credentials.privateKey,
      scopes: [scope],
    });
    // The key signs its own token (https://google.aip.dev/auth/4111): no request to the token server.
    client.useJWTAccessWithScope = true;
    return client;
  };

  return {
    authorised: (place) =>
      withCredentials(place, async () => {
        const client = await (opened ??= open());
        await client.getRequestHeaders();
        return client;
      }),
    email: (place) =>
      withCredentials(place, async () => {
        address ??= (await (await (ambient ??= openAmbient())).getCredentials()).client_email;
        if (!address) throw new Error("the ambient credentials belong to no service account");
        return address;
      }),
    sign: (text, place) =>
      withCredentials(place, async () => {
        const signature = await (await (ambient ??= openAmbient())).sign(text);
        return Buffer.from(signature, "base64");
      }),
  };

  async function withCredentials<T>(place: ErrorPlace, use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      // What failed may succeed later (the metadata server was starting, a file was mounted).
      opened = undefined;
      ambient = undefined;
      throw new StorageError(
        "credentials",
        "no usable Google credentials: give HMAC keys or a service account, or run with an identity",
        place,
        error,
      );
    }
  }
}

async function openAmbient(): Promise<GoogleAuth> {
  const { GoogleAuth } = await import("google-auth-library");
  return new GoogleAuth({ scopes: [IAM_SCOPE] });
}
