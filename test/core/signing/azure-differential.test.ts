import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
  type UserDelegationKey,
} from "@azure/storage-blob";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AzureKey,
  createAzurePresigner,
} from "../../../functions/core/signing/azure-presigner.ts";
import { SAS_VERSIONS } from "../../../functions/core/signing/azure-sas.ts";
import { attachment } from "../../../functions/core/signing/content-disposition.ts";
import type { SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { filename, objectKey, signingTime } from "./arbitraries.ts";

const ACCOUNT = "catphotos";
const CONTAINER = "cats-2020";

/** Names with a line end are refused. */
const blobName = objectKey.filter((key) => !key.includes("\n"));

const intent = fc.oneof(
  fc.record(
    {
      method: fc.constantFrom("GET" as const, "HEAD" as const),
      key: blobName,
      download: filename,
      versionId: fc.constant("2020-11-30T10:20:30.1234567Z"),
    },
    { requiredKeys: ["method", "key"] },
  ),
  fc.record(
    {
      method: fc.constant("PUT" as const),
      key: blobName,
      ifNoneMatch: fc.constant("*" as const),
    },
    { requiredKeys: ["method", "key"] },
  ),
  fc.record({
    method: fc.constant("PUT" as const),
    key: blobName,
    part: fc.constant({ uploadId: "b3f0", number: 7 }),
  }),
  fc.record(
    {
      method: fc.constant("DELETE" as const),
      key: blobName,
      versionId: fc.constant("2020-11-30T10:20:30.1234567Z"),
    },
    { requiredKeys: ["method", "key"] },
  ),
);

/** Only the operation's own parameters may differ from the SDK's token. */
const OPERATION = ["comp", "blockid", "versionid"];

function tokenOf(query: string): Record<string, string> {
  const parameters = Object.fromEntries(new URLSearchParams(query));
  for (const name of OPERATION) delete parameters[name];
  return parameters;
}

const base64Key = fc
  .uint8Array({ minLength: 1, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

const delegationKey: fc.Arbitrary<UserDelegationKey> = fc.record({
  signedObjectId: fc.uuid(),
  signedTenantId: fc.uuid(),
  signedStartsOn: signingTime,
  signedExpiresOn: signingTime,
  signedService: fc.constant("b"),
  signedVersion: fc.constantFrom("2020-12-06", "2023-11-03"),
  value: base64Key,
});

interface Asked {
  readonly intent: Omit<SignIntent, "expires">;
  readonly scheme: "https" | "http";
  readonly version: string;
  readonly expiresOn: Date;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  intent,
  scheme: fc.constantFrom("https", "http"),
  version: fc.constantFrom(...SAS_VERSIONS),
  expiresOn: signingTime,
});

function ours({ intent: wished, scheme, version, expiresOn }: Asked, key: AzureKey): string {
  const origin = `${scheme}://${ACCOUNT}.blob.core.windows.net`;
  const target = { origin, basePath: "", account: ACCOUNT, container: CONTAINER, version };
  const expiresAt = `${expiresOn.toISOString().slice(0, 19)}Z`;
  const { url } = createAzurePresigner(target, key)(
    { ...wished, expires: 3600 },
    { signedAt: expiresOn, seconds: 3600, expiresAt },
  );
  return url.slice(url.indexOf("?") + 1);
}

function values({ intent: wished, scheme, version, expiresOn }: Asked) {
  const { method, key, download, versionId, ifNoneMatch } = wished;
  const put = ifNoneMatch === undefined ? "cw" : "c";
  const remove = versionId === undefined ? "d" : "x";
  return {
    containerName: CONTAINER,
    blobName: key,
    permissions: BlobSASPermissions.parse(
      { GET: "r", HEAD: "r", PUT: put, DELETE: remove }[method],
    ),
    expiresOn,
    version,
    ...(scheme === "https" && { protocol: SASProtocol.Https }),
    ...(versionId !== undefined && { versionId }),
    ...(download !== undefined && { contentDisposition: attachment(download) }),
  };
}

describe("signs what Azure's own generator signs", () => {
  const options = { numRuns: propertyRuns(300, 5_000) };

  test("with an account key", () => {
    const property = fc.property(asked, base64Key, (wish, secretKey) => {
      const credential = new StorageSharedKeyCredential(ACCOUNT, secretKey);
      const theirs = generateBlobSASQueryParameters(values(wish), credential).toString();
      expect(tokenOf(ours(wish, { type: "account-key", secretKey }))).toEqual(tokenOf(theirs));
    });
    fc.assert(property, options);
  });

  test("with a user delegation key", () => {
    const property = fc.property(asked, delegationKey, (wish, key) => {
      const theirs = generateBlobSASQueryParameters(values(wish), key, ACCOUNT).toString();
      expect(tokenOf(ours(wish, { type: "user-delegation", key }))).toEqual(tokenOf(theirs));
    });
    fc.assert(property, options);
  });
});
