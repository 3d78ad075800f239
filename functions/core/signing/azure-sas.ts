/** What a SAS for one blob says, as it is signed: decoded. The blob's own name comes later. */
export interface BlobSas {
  readonly account: string;
  readonly container: string;
  /** Letters in Azure's order: `racwdx…`. */
  readonly permissions: string;
  /** RFC 3339, whole seconds. */
  readonly expiresAt: string;
  readonly protocol: "" | "https";
  readonly version: string;
  /** Empty: the current version. */
  readonly versionId: string;
  /** Empty: the blob's own. */
  readonly contentDisposition: string;
}

/** The text to sign for a blob: bulk work makes it once and only puts names in. */
export type TextFor = (blob: string) => string;

/** Given by Azure for a signed-in identity; signs at most until `signedExpiresOn`. */
export interface UserDelegationKey {
  readonly signedObjectId: string;
  readonly signedTenantId: string;
  readonly signedStartsOn: Date;
  readonly signedExpiresOn: Date;
  readonly signedService: string;
  readonly signedVersion: string;
  /** Base64. */
  readonly value: string;
}

/** What is signed when nobody asks for another version. */
export const DEFAULT_SAS_VERSION = "2020-12-06";

/**
 * Storage versions whose two layouts are the ones below. A later version joins after its layout has
 * been compared: Azure changes the signed fields between versions (2025-07-05 did for user delegation).
 */
export const SAS_VERSIONS: readonly string[] = [
  DEFAULT_SAS_VERSION,
  "2021-02-12",
  "2021-04-10",
  "2021-06-08",
  "2021-08-06",
  "2021-10-04",
  "2021-12-02",
  "2022-11-02",
  "2023-01-03",
  "2023-05-03",
  "2023-08-03",
  "2023-11-03",
  "2024-02-04",
  "2024-05-04",
  "2024-08-04",
  "2024-11-04",
  "2025-01-05",
  "2025-05-05",
];

/** Whole seconds, as all of a SAS's times. */
export function sasTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `sr`: a blob, or one version of it. */
export function signedResource(sas: BlobSas): "b" | "bv" {
  return sas.versionId === "" ? "b" : "bv";
}

/** Both layouts begin with the resource and end with what the answer's headers are to be. */
function textFor(sas: BlobSas, between: readonly string[]): TextFor {
  const start = "";
  const encryptionScope = "";
  const [cacheControl, contentEncoding, contentLanguage, contentType] = ["", "", "", ""];
  const before = [
    sas.permissions,
    start,
    sas.expiresAt,
    `/blob/${sas.account}/${sas.container}/`,
  ].join("\n");
  const after = [
    "",
    ...between,
    sas.protocol,
    sas.version,
    signedResource(sas),
    sas.versionId,
    encryptionScope,
    cacheControl,
    sas.contentDisposition,
    contentEncoding,
    contentLanguage,
    contentType,
  ].join("\n");
  return (blob) => `${before}${blob}${after}`;
}

/**
 * The text that an account key signs: sixteen fields, none percent-encoded, no line end after the
 * last. The start time is left out on purpose: clocks differ by minutes.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
export function serviceTextToSign(sas: BlobSas): TextFor {
  const [storedPolicy, addresses] = ["", ""];
  return textFor(sas, [storedPolicy, addresses]);
}

/**
 * The text that a user delegation key signs: 24 fields.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
 */
export function delegationTextToSign(sas: BlobSas, key: UserDelegationKey): TextFor {
  const [authorizedUser, unauthorizedUser, correlation, addresses] = ["", "", "", ""];
  return textFor(sas, [
    key.signedObjectId,
    key.signedTenantId,
    sasTime(key.signedStartsOn),
    sasTime(key.signedExpiresOn),
    key.signedService,
    key.signedVersion,
    authorizedUser,
    unauthorizedUser,
    correlation,
    addresses,
  ]);
}
