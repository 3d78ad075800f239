import { randomBytes } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import type { SigningPolicy } from "@remote-storage/core/signing/signed-request.ts";
import type { AzureConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket, Capabilities, Provider } from "@remote-storage/core/storage/provider.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { createClient } from "./client.ts";
import { openContainer } from "./container.ts";
import { copyObject } from "./copy.ts";
import { createDelegationKeys, createDelegationRequest } from "./delegation.ts";
import { listObjects } from "./list.ts";
import { createMultipart } from "./multipart.ts";
import { readObject } from "./read.ts";
import { removeObject } from "./remove.ts";
import { createDelegatedSign, createKeySign, type Sign } from "./sign.ts";
import { statObject } from "./stat.ts";
import { type CopyAccount, createStoreCopy, reachOf } from "./store-copy.ts";
import { createUrlCopy } from "./url-copy.ts";
import { writeObject } from "./write.ts";

/** A SAS binds method, key, end and the answer's headers, but nothing of what is sent. */
const can: Capabilities = {
  signsLength: false,
  signsChecksum: false,
  signsContentType: false,
  signsCrc32: false,
  keepsMetadata: true,
  // Permission to create without permission to write.
  signsIfNoneMatch: true,
  versions: true,
};

/** For what the store itself reads, beyond the service's own limits on what it hands out. */
const OWN_POLICY = { maxExpires: 86_400, window: 0 };

const nonce = (): string => randomBytes(16).toString("hex");

/**
 * Opens a storage account. With an account key, signing needs no SDK; with an identity, the SDK is
 * loaded to fetch a user delegation key, which then signs for hours. Opening does no I/O.
 *
 * @param credential the identity, where it is not to be found in the surroundings (managed identity,
 * workload identity, environment, developer's login).
 */
export function openAzure(
  config: AzureConfig,
  context: ProviderContext,
  credential?: TokenCredential,
): Provider {
  const { account, basePath, endpoint, publicEndpoint = endpoint, credentials } = config;
  const client = createClient(config, credential);
  const keys = createDelegationKeys(createDelegationRequest(client), context.now);

  function signAt(origin: string, container: string, policy: SigningPolicy): Sign {
    const target = { origin, basePath, account, container };
    const signing = { now: context.now, policy };
    return credentials.type === "keys"
      ? createKeySign(target, credentials.secretKey, signing)
      : createDelegatedSign(target, keys, signing);
  }

  const copying: CopyAccount = {
    reach: reachOf(config),
    open: (name) => openContainer(name, client),
    sign: (name) => signAt(endpoint.origin, name, OWN_POLICY),
    fetch: context.fetch,
  };

  function bucket(name: string): Bucket {
    const container = openContainer(name, client);
    return {
      name,
      can,
      multipart: createMultipart(container, nonce),
      stat: (key, options) => statObject(container, key, options),
      read: (key, options) => readObject(container, key, options),
      write: (key, body, options) => writeObject(container, key, body, nonce(), options),
      remove: (key, options) => removeObject(container, key, options),
      copy: (key, to, { signal } = {}) =>
        copyObject(
          { container, key },
          { container: copying.open(to.bucket), key: to.key },
          copying.sign(name),
          signal,
        ),
      storeCopy: createStoreCopy(container, copying),
      urlCopy: createUrlCopy(container, endpoint.hostname),
      list: (options) => listObjects(container, options),
      sign: signAt(publicEndpoint.origin, name, context.policy),
    };
  }

  return {
    kind: "azure",
    bucket,
    origins: (name) => {
      const path = `${basePath}/${encodeComponent(name)}`;
      return [...new Set([publicEndpoint.origin + path, endpoint.origin + path])];
    },
  };
}
