import {
  type AzureTarget,
  createAzurePresigner,
  type UserDelegationKey,
} from "@remote-storage/core/signing/azure-presigner.ts";
import { latest } from "@remote-storage/core/signing/latest.ts";
import type {
  SignedRequest,
  SigningPolicy,
  SignIntent,
} from "@remote-storage/core/signing/signed-request.ts";
import { validity } from "@remote-storage/core/signing/validity.ts";
import type { DelegationKeys } from "./delegation.ts";
import { checkKey } from "./keys.ts";

/** When it is and how long a signature may live. */
export interface Signing {
  readonly now: () => Date;
  readonly policy: SigningPolicy;
}

export type Sign = (intent: SignIntent) => SignedRequest | Promise<SignedRequest>;

/** Signs with the account's key: always at once, and without any SDK. */
export function createKeySign(target: AzureTarget, secretKey: string, signing: Signing): Sign {
  const presign = createAzurePresigner(target, { type: "account-key", secretKey });
  const validityOf = latest((now: Date, expires: number) => validity(now, expires, signing.policy));
  return (intent) => {
    checkKey(intent.key, "sign", target.container);
    return presign(intent, validityOf(signing.now(), intent.expires));
  };
}

/** Signs with a user delegation key: at once while one is at hand, and never beyond its end. */
export function createDelegatedSign(
  target: AzureTarget,
  keys: DelegationKeys,
  signing: Signing,
): Sign {
  const presigner = latest((key: UserDelegationKey) =>
    createAzurePresigner(target, { type: "user-delegation", key }),
  );
  const validityOf = latest((key: UserDelegationKey, now: Date, expires: number) => {
    const limits = [{ until: key.signedExpiresOn, reason: "delegation-key" as const }];
    return validity(now, expires, signing.policy, limits);
  });

  function signWith(key: UserDelegationKey, intent: SignIntent): SignedRequest {
    return presigner(key)(intent, validityOf(key, signing.now(), intent.expires));
  }

  return (intent) => {
    checkKey(intent.key, "sign", target.container);
    const longest = Math.min(intent.expires + signing.policy.window, signing.policy.maxExpires);
    const key = keys(longest);
    return key instanceof Promise
      ? key.then((fetched) => signWith(fetched, intent))
      : signWith(key, intent);
  };
}
