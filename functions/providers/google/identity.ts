import { createGate } from "@remote-storage/core/links/gate.ts";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { AuthClient, GoogleAuth } from "google-auth-library";
import { toStorageError } from "./errors.ts";

/** Who we are at Google. The library behind it is loaded at the first call. */
export interface Identity {
  /** A client with a valid access token. Throws `credentials`. */
  authorised(place: ErrorPlace): Promise<AuthClient>;
  /** The e-mail address of the ambient service account. Throws `credentials`. */
  email(place: ErrorPlace): Promise<string>;
  /** An RSA-SHA256 signature by the ambient service account. Throws `credentials`, `throttled`, `unavailable`. */
  sign(text: string, place: ErrorPlace): Promise<Uint8Array>;
}

const STORAGE_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
/** What changing a bucket takes; objects do with less. */
export const FULL_SCOPE = "https://www.googleapis.com/auth/devstorage.full_control";
/** Signing with an identity that has no key at hand is a call to IAM, which wants the broad scope. */
const IAM_SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** Each signature is a call to IAM, which limits them: a bulk run makes no more than so many at once. */
const SIGNATURES_AT_ONCE = 32;

/**
 * @param scope of the access tokens.
 * @param iam the address before `<service account>:signBlob`, where it is not Google's.
 */
export function createIdentity(
  { credentials, endpoint }: GoogleConfig,
  scope = STORAGE_SCOPE,
  iam?: string,
): Identity {
  let opened: Promise<AuthClient> | undefined;
  let ambient: Promise<GoogleAuth> | undefined;
  let address: Promise<string> | undefined;
  const oneOfFew = createGate(SIGNATURES_AT_ONCE);

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
    email: (place) => withCredentials(place, () => (address ??= findAddress())),
    sign: (text, place) =>
      oneOfFew(() =>
        withCredentials(place, async () => Buffer.from(await signBlob(text), "base64")),
      ),
  };

  async function findAddress(): Promise<string> {
    const { client_email } = await (await (ambient ??= openAmbient())).getCredentials();
    if (!client_email) throw new Error("the ambient credentials belong to no service account");
    return client_email;
  }

  /** In base64. The library would ask the metadata server for the address each time. */
  async function signBlob(text: string): Promise<string> {
    const { Impersonated, JWT } = await import("google-auth-library");
    const auth = await (ambient ??= openAmbient());
    const client = await auth.getClient();
    if (client instanceof Impersonated || (client instanceof JWT && client.key)) {
      return auth.sign(text);
    }
    const account = await (address ??= findAddress());
    const { data } = await client.request<{ readonly signedBlob: string }>({
      method: "POST",
      url: `${iam ?? (await iamAddress(auth))}${account}:signBlob`,
      data: { payload: Buffer.from(text).toString("base64") },
      retry: true,
      retryConfig: { httpMethodsToRetry: ["POST"] },
    });
    return data.signedBlob;
  }

  async function withCredentials<T>(place: ErrorPlace, use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      // What failed may succeed later (the metadata server was starting, a file was mounted).
      opened = undefined;
      ambient = undefined;
      address = undefined;
      throw credentialsError(error, place);
    }
  }
}

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
async function iamAddress(auth: GoogleAuth): Promise<string> {
  const domain = await auth.getUniverseDomain();
  return `https://iamcredentials.${domain}/v1/projects/-/serviceAccounts/`;
}

/** Only what Google answered tells a lack of rights from a failure that passes. */
function credentialsError(error: unknown, place: ErrorPlace): StorageError {
  const answered = error instanceof Error && "status" in error && typeof error.status === "number";
  const failed = toStorageError(error, place);
  if (answered && failed.retryable) return failed;
  const message =
    answered && failed.kind === "denied"
      ? "the identity lacks the role Service Account Token Creator on itself, needed to sign"
      : "no usable Google credentials: give HMAC keys or a service account, or run with an identity";
  return new StorageError("credentials", message, place, error);
}

async function openAmbient(): Promise<GoogleAuth> {
  const { GoogleAuth } = await import("google-auth-library");
  return new GoogleAuth({ scopes: [IAM_SCOPE] });
}
