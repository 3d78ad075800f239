import type {
  AmbientCredentials,
  AzureConfig,
  Endpoint,
  GoogleConfig,
  GoogleServiceAccount,
  RoleCredentials,
  S3Config,
  StaticKeys,
} from "../storage/provider-config.ts";
import { parseAwsHost } from "./aws-host.ts";
import { type ParsedEndpoint, parseEndpoint } from "./endpoint.ts";

/** How a store is reached, as it was written: in the environment or in an entry of remote_links.yml. */
export interface Connection {
  readonly endpoint?: string | undefined;
  readonly port?: string | undefined;
  readonly publicEndpoint?: string | undefined;
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
  /** Seconds. */
  readonly sessionDuration?: number | undefined;
  readonly region?: string | undefined;
  readonly pathStyle?: boolean | undefined;
  readonly serviceAccount?: GoogleServiceAccount | undefined;
}

/** Notes a mistake: the field it is in and what is expected there. */
export type Report = (field: keyof Connection, expected: string) => void;

const AWS = "s3.amazonaws.com";
const AMBIENT: AmbientCredentials = { type: "ambient" };

/** Seconds that STS allows for an assumed role. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION = { least: 900, most: 43_200 };

/** S3 and what speaks its protocol. `undefined` when a mistake was reported. */
export function toS3Config(from: Connection, report: Report): S3Config | undefined {
  const mistakes = countMistakes(report);
  const written = from.endpoint ?? (from.region === undefined ? undefined : AWS);
  if (written === undefined) {
    mistakes.report("endpoint", `an endpoint such as ${AWS} (or a region, for AWS)`);
  }
  const endpoint = readEndpoint("endpoint", written, from.port, mistakes.report);
  const publicEndpoint = readEndpoint(
    "publicEndpoint",
    from.publicEndpoint,
    undefined,
    mistakes.report,
  );
  for (const [field, found] of [
    ["endpoint", endpoint],
    ["publicEndpoint", publicEndpoint],
  ] as const) {
    if (found !== undefined && found.path !== "") {
      mistakes.report(field, "an endpoint without a path: S3 signatures cannot cover one");
    }
  }
  const aws = endpoint === undefined ? undefined : parseAwsHost(endpoint.endpoint.hostname);
  if (aws?.bucket !== undefined) {
    mistakes.report("endpoint", `the endpoint without the bucket's name, such as ${AWS}`);
  }
  if (aws?.region !== undefined && from.region !== undefined && aws.region !== from.region) {
    mistakes.report("region", `the region that the endpoint names (${aws.region})`);
  }
  const region = from.region ?? aws?.region;
  const credentials = readS3Credentials(from, mistakes.report);
  if (endpoint === undefined || mistakes.any()) return undefined;
  return {
    kind: "minio",
    endpoint: endpoint.endpoint,
    ...(publicEndpoint && { publicEndpoint: publicEndpoint.endpoint }),
    ...(region !== undefined && { region }),
    ...(from.pathStyle !== undefined && { pathStyle: from.pathStyle }),
    credentials,
  };
}

/** Azure Blob Storage and its emulators. `undefined` when a mistake was reported. */
export function toAzureConfig(from: Connection, report: Report): AzureConfig | undefined {
  const mistakes = countMistakes(report);
  refuseRole(from, mistakes.report);
  const given = readEndpoint("endpoint", from.endpoint, from.port, mistakes.report);
  const publicEndpoint = readEndpoint(
    "publicEndpoint",
    from.publicEndpoint,
    undefined,
    mistakes.report,
  );
  const named = given === undefined ? undefined : azureAccount(given);
  const account = from.accessKey ?? named;
  if (account === undefined) {
    mistakes.report("accessKey", "the storage account's name");
  } else if (!/^[a-z0-9]{3,24}$/.test(account)) {
    mistakes.report("accessKey", "a storage account's name: 3 to 24 lower-case letters and digits");
  } else if (named !== undefined && named !== account) {
    mistakes.report("accessKey", `the account that the endpoint names (${named})`);
  }
  if (given !== undefined && !/^(\/[^/]+)?$/.test(given.path)) {
    mistakes.report("endpoint", "an endpoint without a path, or with the account's name alone");
  }
  const basePath = given?.path ?? "";
  if (publicEndpoint !== undefined && publicEndpoint.path !== basePath) {
    mistakes.report("publicEndpoint", "the same path as the endpoint's");
  }
  if (from.secretKey !== undefined && !isBase64(from.secretKey)) {
    mistakes.report("secretKey", "an account key in base64, as the portal shows it");
  }
  if (account === undefined || mistakes.any()) return undefined;
  const endpoint =
    given ?? readEndpoint("endpoint", `${account}.blob.core.windows.net`, from.port, report);
  if (endpoint === undefined) return undefined;
  return {
    kind: "azure",
    endpoint: endpoint.endpoint,
    basePath,
    ...(publicEndpoint && { publicEndpoint: publicEndpoint.endpoint }),
    account,
    credentials:
      from.secretKey === undefined
        ? AMBIENT
        : { type: "keys", accessKey: account, secretKey: from.secretKey },
  };
}

/** Google Cloud Storage. `undefined` when a mistake was reported. */
export function toGoogleConfig(from: Connection, report: Report): GoogleConfig | undefined {
  const mistakes = countMistakes(report);
  refuseRole(from, mistakes.report);
  const endpoint = readEndpoint("endpoint", from.endpoint, from.port, mistakes.report);
  if (from.endpoint === undefined && from.port !== undefined) {
    mistakes.report("port", "a port only together with an endpoint");
  }
  const publicEndpoint = readEndpoint(
    "publicEndpoint",
    from.publicEndpoint,
    undefined,
    mistakes.report,
  );
  for (const [field, found] of [
    ["endpoint", endpoint],
    ["publicEndpoint", publicEndpoint],
  ] as const) {
    if (found !== undefined && found.path !== "") {
      mistakes.report(field, "an endpoint without a path, such as https://storage.googleapis.com");
    }
  }
  const keys = readKeys(from, mistakes.report);
  if (keys !== undefined && from.serviceAccount !== undefined) {
    mistakes.report("accessKey", "either HMAC keys or a service account, not both");
  }
  if (mistakes.any()) return undefined;
  return {
    kind: "google",
    ...(endpoint && { endpoint: endpoint.endpoint }),
    ...(publicEndpoint && { publicEndpoint: publicEndpoint.endpoint }),
    credentials: keys ?? from.serviceAccount ?? AMBIENT,
  };
}

/** Both keys or neither. */
export function readKeys(from: Connection, report: Report): StaticKeys | undefined {
  const { accessKey, secretKey } = from;
  if (accessKey !== undefined && secretKey !== undefined) {
    return { type: "keys", accessKey, secretKey };
  }
  if (accessKey !== undefined) report("secretKey", "the secret key that belongs to the access key");
  if (secretKey !== undefined) report("accessKey", "the access key that belongs to the secret key");
  return undefined;
}

function readS3Credentials(
  from: Connection,
  report: Report,
): StaticKeys | RoleCredentials | AmbientCredentials {
  const { role, externalId, sessionDuration } = from;
  if (role === undefined) {
    if (externalId !== undefined) report("externalId", "an external id only together with a role");
    if (sessionDuration !== undefined) {
      report("sessionDuration", "a session duration only together with a role");
    }
    return readKeys(from, report) ?? AMBIENT;
  }
  if (from.accessKey !== undefined || from.secretKey !== undefined) {
    report("role", "either a role or an access key and a secret key, not both");
  }
  if (!/^(arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}|[\w+=,.@-]{1,64})$/.test(role)) {
    report("role", "a role's name or its ARN (arn:aws:iam::<account>:role/<name>)");
  }
  if (
    sessionDuration !== undefined &&
    (sessionDuration < SESSION.least || sessionDuration > SESSION.most)
  ) {
    report("sessionDuration", "a session duration from 15m to 12h");
  }
  return {
    type: "role",
    role,
    ...(externalId !== undefined && { externalId }),
    ...(sessionDuration !== undefined && { sessionDuration }),
  };
}

function refuseRole(from: Connection, report: Report): void {
  if (from.role !== undefined) report("role", "no role: IAM roles are only supported for AWS S3");
}

function readEndpoint(
  field: "endpoint" | "publicEndpoint",
  text: string | undefined,
  port: string | undefined,
  report: Report,
): ParsedEndpoint | undefined {
  if (text === undefined) return undefined;
  const parsed = parseEndpoint(text, port);
  if ("endpoint" in parsed) return parsed;
  report(field, parsed.problem);
  return undefined;
}

/** The account that an endpoint names: before `.blob.core.…`, or an emulator's path. */
function azureAccount(from: {
  readonly endpoint: Endpoint;
  readonly path: string;
}): string | undefined {
  const [, host] = /^([a-z0-9]+?)(?:-secondary)?\.blob\.core\./.exec(from.endpoint.hostname) ?? [];
  const [, path] = /^\/([^/]+)$/.exec(from.path) ?? [];
  return host ?? path;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function countMistakes(report: Report): { report: Report; any: () => boolean } {
  let count = 0;
  return {
    report: (field, expected) => {
      count++;
      report(field, expected);
    },
    any: () => count > 0,
  };
}
