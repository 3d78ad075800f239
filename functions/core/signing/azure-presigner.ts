import { StorageError } from "../storage/errors.ts";
import {
  type BlobSas,
  DEFAULT_SAS_VERSION,
  delegationTextToSign,
  SAS_VERSIONS,
  sasTime,
  serviceTextToSign,
  signedResource,
  type UserDelegationKey,
} from "./azure-sas.ts";
import { attachment } from "./content-disposition.ts";
import { prepareHmac } from "./hmac-sha256.ts";
import { checkIntent, isPlain, refusal, signedRequest } from "./intent.ts";
import { latest } from "./latest.ts";
import type { SignedRequest, SignIntent } from "./signed-request.ts";
import type { Pair } from "./sigv4.ts";
import { encodeComponent, encodePath } from "./uri-encode.ts";
import type { Validity } from "./validity.ts";

export type { UserDelegationKey } from "./azure-sas.ts";

export interface AzureTarget {
  readonly origin: string;
  /** `/account` where the URL's path names it (emulators), else empty. */
  readonly basePath: string;
  readonly account: string;
  readonly container: string;
  /** `sv`; pinned to 2020-12-06 unless a known later version is asked for. */
  readonly version?: string;
}

export type AzureKey =
  | { readonly type: "account-key"; /** Base64. */ readonly secretKey: string }
  | { readonly type: "user-delegation"; readonly key: UserDelegationKey };

/** Azure refuses block ids of more than 64 bytes before base64. */
const MAX_BLOCK_ID = 64;
const NUMBER_DIGITS = 5;

/**
 * The id of a part: base64 of the upload's id and the number in five digits, so that all blocks of an
 * upload have ids of one length, as Azure demands, and sort by number.
 *
 * @throws StorageError `invalid-request` when the upload's id has more than 58 bytes.
 */
export function azureBlockId(uploadId: string, number: number): string {
  const id = Buffer.from(`${uploadId}.${String(number).padStart(NUMBER_DIGITS, "0")}`);
  if (id.length > MAX_BLOCK_ID) {
    const message = `the upload's id is longer than ${MAX_BLOCK_ID - NUMBER_DIGITS - 1} bytes`;
    throw new StorageError("invalid-request", message, { provider: "azure", operation: "sign" });
  }
  return id.toString("base64");
}

/** Create alone (`c`) cannot replace a blob, whatever the client does with its If-None-Match header. */
function permissionsOf({ method, ifNoneMatch, versionId }: SignIntent): string {
  if (method === "PUT") return ifNoneMatch === undefined ? "cw" : "c";
  if (method === "DELETE") return versionId === undefined ? "d" : "x";
  return "r";
}

const NO_HEADERS: readonly Pair[] = [];

/** A SAS binds no headers; these are what the store needs to be told. */
function headersOf(intent: SignIntent): readonly Pair[] {
  if (intent.method !== "PUT") return NO_HEADERS;
  const headers: Pair[] = [];
  if (intent.contentType !== undefined) headers.push(["content-type", intent.contentType]);
  if (intent.contentMd5 !== undefined) headers.push(["content-md5", intent.contentMd5]);
  for (const [name, value] of Object.entries(intent.metadata ?? {})) {
    headers.push([`x-ms-meta-${name}`, value]);
  }
  if (intent.ifNoneMatch !== undefined) headers.push(["if-none-match", intent.ifNoneMatch]);
  if (intent.part === undefined) headers.push(["x-ms-blob-type", "BlockBlob"]);
  return headers;
}

/**
 * Signs requests for blobs of one container: a service SAS by the account's key, or a user delegation
 * SAS by a key that Azure gave to an identity. It has no start time, and allows https only when the
 * origin is https.
 *
 * The returned function throws StorageError `unsupported` for `contentLength` and `checksumSha256`,
 * which a SAS cannot bind, `invalid-key` for a name with a line end, and `invalid-request` for an
 * intent that contradicts itself.
 *
 * @throws RangeError for a version whose layout is not known here.
 * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
export function createAzurePresigner(
  target: AzureTarget,
  key: AzureKey,
): (intent: SignIntent, validity: Validity) => SignedRequest {
  const { account, container, version = DEFAULT_SAS_VERSION } = target;
  if (!SAS_VERSIONS.includes(version)) {
    throw new RangeError(`SAS version ${version} is not one of ${SAS_VERSIONS.join(", ")}`);
  }
  const protocol = target.origin.startsWith("https:") ? "https" : "";
  const hmac = prepareHmac(
    Buffer.from(key.type === "account-key" ? key.secretKey : key.key.value, "base64"),
  );
  const head = `${target.origin}${target.basePath}/${encodeComponent(container)}/`;
  const preparedFor = latest(
    (permissions: string, expiresAt: string, versionId: string, contentDisposition: string) => {
      const sas: BlobSas = {
        account,
        container,
        permissions,
        expiresAt,
        protocol,
        version,
        versionId,
        contentDisposition,
      };
      return key.type === "account-key"
        ? { textFor: serviceTextToSign(sas), query: queryOf(sas) }
        : { textFor: delegationTextToSign(sas, key.key), query: queryOf(sas, key.key) };
    },
  );

  return (intent, validity) => {
    checkIntent(intent, "azure");
    // The signed text separates its fields by line ends, unescaped: such a name could pass for others.
    if (intent.key.includes("\n")) {
      throw refusal("invalid-key", "Azure names cannot hold a line end", "azure", intent);
    }
    if (!isPlain(intent)) refuseUnbindable(intent);
    const prepared = preparedFor(
      permissionsOf(intent),
      validity.expiresAt,
      intent.versionId ?? "",
      intent.download === undefined ? "" : attachment(intent.download),
    );
    // Enough for base64: none of its characters is among those that the function leaves to us.
    const signature = encodeURIComponent(hmac(prepared.textFor(intent.key), "base64"));
    return signedRequest(
      intent.method,
      `${head}${encodePath(intent.key)}?${operationOf(intent)}${prepared.query}&sig=${signature}`,
      headersOf(intent),
      validity,
    );
  };
}

function refuseUnbindable(intent: SignIntent): void {
  for (const field of ["contentLength", "checksumSha256", "checksumCrc32"] as const) {
    if (intent[field] !== undefined) {
      throw refusal("unsupported", `a SAS cannot bind ${field}`, "azure", intent);
    }
  }
}

function join(parameters: readonly Pair[]): string {
  return parameters
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodeComponent(value)}`)
    .join("&");
}

/** The token without its signature. */
function queryOf(sas: BlobSas, key?: UserDelegationKey): string {
  return join([
    ["sv", sas.version],
    ["spr", sas.protocol],
    ["se", sas.expiresAt],
    ...(key === undefined ? [] : identityOf(key)),
    ["sr", signedResource(sas)],
    ["sp", sas.permissions],
    ["rscd", sas.contentDisposition],
  ]);
}

/** Parameters of the operation itself, which a SAS does not sign. */
function operationOf({ part, versionId }: SignIntent): string {
  if (part !== undefined) {
    const blockId = azureBlockId(part.uploadId, part.number);
    return `${join([
      ["comp", "block"],
      ["blockid", blockId],
    ])}&`;
  }
  return versionId === undefined ? "" : `${join([["versionid", versionId]])}&`;
}

/** Whose delegation it is and from when to when the key holds. */
function identityOf(key: UserDelegationKey): Pair[] {
  return [
    ["skoid", key.signedObjectId],
    ["sktid", key.signedTenantId],
    ["skt", sasTime(key.signedStartsOn)],
    ["ske", sasTime(key.signedExpiresOn)],
    ["sks", key.signedService],
    ["skv", key.signedVersion],
  ];
}
