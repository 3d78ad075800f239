import {
  type ErrorKind,
  type ErrorPlace,
  StorageError,
} from "@remote-storage/core/storage/errors.ts";

/**
 * Codes of the service (`x-ms-error-code`), of Node's network errors, and names of the identity
 * library's errors.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
const KIND_BY_CODE: Readonly<Record<string, ErrorKind>> = {
  BlobNotFound: "not-found",
  ResourceNotFound: "not-found",
  ContainerNotFound: "no-bucket",
  ContainerBeingDeleted: "no-bucket",
  ContainerDisabled: "no-bucket",
  InvalidResourceName: "no-bucket",

  AuthenticationFailed: "credentials",
  InvalidAuthenticationInfo: "credentials",
  NoAuthenticationInformation: "credentials",
  KeyBasedAuthenticationNotPermitted: "credentials",
  AccountIsDisabled: "credentials",
  AuthenticationError: "credentials",
  AuthenticationRequiredError: "credentials",
  AggregateAuthenticationError: "credentials",
  CredentialUnavailableError: "credentials",

  AuthorizationFailure: "denied",
  AuthorizationPermissionMismatch: "denied",
  InsufficientAccountPermissions: "denied",

  ConditionNotMet: "precondition-failed",
  BlobAlreadyExists: "precondition-failed",
  InvalidRange: "range-not-satisfiable",
  Md5Mismatch: "checksum-mismatch",
  Crc64Mismatch: "checksum-mismatch",
  RequestBodyTooLarge: "too-large",

  // Another writer of the same object has discarded our blocks, or left some of another kind.
  InvalidBlockList: "conflict",
  InvalidBlobOrBlock: "conflict",
  LeaseIdMissing: "conflict",

  ServerBusy: "throttled",
  OperationTimedOut: "timeout",
  ETIMEDOUT: "timeout",
};

const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: "credentials",
  403: "denied",
  404: "not-found",
  408: "timeout",
  409: "conflict",
  412: "precondition-failed",
  413: "too-large",
  416: "range-not-satisfiable",
  429: "throttled",
  503: "throttled",
  504: "timeout",
};

/** Fit for callers: tells what to look at and names nothing of the inside. */
const MESSAGE: Readonly<Record<ErrorKind, string>> = {
  "invalid-key": "Azure Blob Storage cannot hold this key",
  "invalid-request": "Azure Blob Storage refused the request as malformed",
  denied: "the account or identity may not do this with the container",
  "not-found": "there is no such object",
  "no-bucket": "there is no such container",
  conflict: "the object is leased, archived, or was written by someone else at the same time",
  "precondition-failed": "the object is not in the state that the request requires",
  "too-large": "the object is larger than Azure Blob Storage takes",
  "checksum-mismatch": "the bytes that arrived are not those that were sent",
  "range-not-satisfiable": "the range lies outside the object",
  unsupported: "Azure Blob Storage cannot do this",
  credentials: "the storage account did not accept the account key or identity",
  "wrong-region": "the container is elsewhere",
  unavailable: "Azure Blob Storage cannot be reached or failed",
  throttled: "Azure Blob Storage asks to slow down",
  timeout: "Azure Blob Storage did not answer in time",
};

interface Failure {
  readonly code: string;
  readonly name: string;
  readonly status: number;
}

const field = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;

/** Reads what the SDK's error says, whatever class it has. */
function failureOf(error: unknown): Failure {
  const status = field(error, "statusCode");
  // A HEAD's answer has no body: there the code stands in the header alone.
  const code = field(error, "code") ?? field(field(error, "details"), "errorCode");
  return {
    code: typeof code === "string" ? code : "",
    name: error instanceof Error ? error.name : "",
    status: typeof status === "number" ? status : 0,
  };
}

/** True for the answer to a conditional read of an object that has not changed. */
export function isUnchanged(error: unknown): boolean {
  return failureOf(error).status === 304;
}

/** Turns whatever the SDK threw into the one error that may leave a provider; its own is the `cause`. */
export function toStorageError(error: unknown, place: ErrorPlace): StorageError {
  if (error instanceof StorageError) return error;
  const { code, name, status } = failureOf(error);
  const byStatus =
    KIND_BY_STATUS[status] ?? (status >= 400 && status < 500 ? "invalid-request" : "unavailable");
  const kind = KIND_BY_CODE[code] ?? KIND_BY_CODE[name] ?? byStatus;
  return new StorageError(kind, MESSAGE[kind], place, error);
}
