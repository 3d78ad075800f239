import type { ErrorKind } from "@remote-storage/core/storage/errors.ts";
import type { Check, Trouble } from "./finding.ts";
import type { Refusal } from "./refusal.ts";
import type { Words } from "./words.ts";

interface Cause {
  readonly check: Check;
  readonly found: string;
  readonly remedy: (words: Words) => string;
}

const wrongSecret: Cause = {
  check: "credentials",
  found: "the secret key does not belong to the access key",
  remedy: ({ keys }) =>
    `Check ${keys}. When they are right, something before the store changes the Host header or the path.`,
};
const unknownKey: Cause = {
  check: "credentials",
  found: "the store does not know the access key",
  remedy: ({ keys }) => `Check ${keys}: mistyped, deleted, or of another account or store?`,
};
const expired: Cause = {
  check: "credentials",
  found: "the credentials have expired",
  remedy: ({ keys }) =>
    `Renew the temporary credentials (AWS_SESSION_TOKEN and its keys), or use a role or lasting keys (${keys}).`,
};
const skewed: Cause = {
  check: "clock",
  found: "the store says that the clocks differ too much",
  remedy: () => "Set this machine's clock, or the store's.",
};

const wrongIdentity: Cause = {
  check: "credentials",
  found: "the storage account does not accept the identity's token: expired, or of another tenant",
  remedy: () => "Sign in anew, and check AZURE_TENANT_ID and the managed identity's client id.",
};

/** What the same words mean of credentials that end: stores forget them afterwards. */
const ENDED: Readonly<Record<string, Cause>> = {
  InvalidAccessKeyId: {
    ...expired,
    found: "the temporary credentials have expired, or were never this store's",
  },
  AuthenticationFailed: wrongIdentity,
};

/** Root causes by the store's own word: nothing else is worth trying before they are mended. */
const CAUSES: Readonly<Record<string, Cause>> = {
  InvalidAccessKeyId: unknownKey,
  SignatureDoesNotMatch: wrongSecret,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  InvalidToken: { ...expired, found: "the session token is expired, or belongs to other keys" },
  InvalidTokenId: { ...expired, found: "the session token is expired, or belongs to other keys" },
  RequestTimeTooSkewed: skewed,
  RequestNotReadyYet: skewed,
  AuthenticationFailed: {
    check: "credentials",
    found: "the storage account does not accept the account key",
    remedy: ({ keys }) =>
      `Check ${keys}: the account's name, and one of its two keys as the portal shows it.`,
  },
  InvalidAuthenticationInfo: wrongIdentity,
  KeyBasedAuthenticationNotPermitted: {
    check: "credentials",
    found: "the storage account allows no account keys",
    remedy: ({ keys }) => `Take the secret out of ${keys}, so that a managed identity is used.`,
  },
  AuthorizationFailure: {
    check: "credentials",
    found: "the storage account's firewall keeps this machine out",
    remedy: () => "Allow its address or virtual network under the account's Networking.",
  },
  AccountIsDisabled: {
    check: "credentials",
    found: "the storage account is disabled",
    remedy: () => "Ask the owner of the subscription.",
  },
  SecondLevelDomainForbidden: {
    check: "api",
    found: "the store wants the bucket in the host's name, not in the path",
    remedy: ({ pathStyle }) => `Use virtual-host style: not ${pathStyle}.`,
  },
};

const NOTHING = "Nothing can be read, written or signed for.";

/** Where the store has no word of its own. */
const BY_KIND: Partial<Record<ErrorKind, Omit<Cause, "found"> & { readonly found?: string }>> = {
  credentials: {
    check: "credentials",
    remedy: ({ keys }) => `Check ${keys}, or the role or identity of this machine.`,
  },
  "wrong-region": {
    check: "region",
    remedy: ({ region }) => `Write that region into ${region}.`,
  },
  "no-bucket": {
    check: "bucket",
    found: "does not exist",
    remedy: ({ buckets }) => `Create it, or correct ${buckets}.`,
  },
  unavailable: failing(),
  throttled: failing(),
  timeout: failing(),
  unsupported: failing(),
};

function failing(): Omit<Cause, "found"> {
  return { check: "api", remedy: ({ endpoint }) => `Check ${endpoint}, and the store itself.` };
}

/** What a refusal comes down to when it is not about a single right; `undefined` when it is. */
export function explain({ kind, code, message }: Refusal, words: Words): Trouble | undefined {
  const ended = words.temporary ? ENDED[code] : undefined;
  const cause = ended ?? CAUSES[code] ?? BY_KIND[kind];
  if (cause === undefined) return undefined;
  const { check, found = message, remedy } = cause;
  return {
    check,
    state: "fault",
    found,
    meaning: NOTHING,
    remedy: remedy(words),
    ...(code !== "" && { code }),
  };
}
