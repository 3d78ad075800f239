import type { STS } from "@aws-sdk/client-sts";
import { sessionPolicy } from "@remote-storage/core/settings/session-policy.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { RoleCredentials } from "@remote-storage/core/storage/provider-config.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { stsError } from "./sts-error.ts";

const SESSION_NAME = "remote-storage";
const DEFAULT_SESSION_SECONDS = 3600;

/**
 * Sessions that sessions assume last an hour at most, whatever their role allows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
const CHAINED_SECONDS = 3600;

const TIMEOUTS = {
  connectionTimeout: 5000,
  requestTimeout: 15_000,
  throwOnRequestTimeout: true,
};

export interface Sts {
  /** Whether the sessions are for AWS, which knows encryption keys, or for a store like it. */
  readonly aws: boolean;
  readonly region: string;
  /** For stores that answer STS themselves; absent: the SDK knows. */
  readonly endpoint?: string;
}

/**
 * Assumes a role through STS with the credentials of `base`; the session is narrowed to the role's
 * places. A bare name is a role of the caller's own account; when the caller is in that role already,
 * its credentials serve as they are. Throws StorageError.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(
  role: RoleCredentials,
  base: CredentialSource,
  { aws, ...place }: Sts,
): Promise<Credentials> {
  const current = await base.current();
  const { STS } = await import("@aws-sdk/client-sts");
  const sts = new STS({ ...place, credentials: current, requestHandler: TIMEOUTS });
  try {
    const arn = role.role.startsWith("arn:") ? role.role : await arnOf(role.role, sts);
    if (arn === undefined) return current;
    const partition = arn.split(":")[1] ?? "aws";
    const wished = role.sessionDuration ?? DEFAULT_SESSION_SECONDS;
    const chained = current.sessionToken !== undefined;
    const { Credentials: session } = await sts.assumeRole({
      RoleArn: arn,
      RoleSessionName: role.sessionName ?? SESSION_NAME,
      DurationSeconds: chained ? Math.min(wished, CHAINED_SECONDS) : wished,
      ...(role.externalId !== undefined && { ExternalId: role.externalId }),
      ...(role.places !== undefined && { Policy: sessionPolicy(role.places, { partition, aws }) }),
    });
    return toCredentials(session ?? {});
  } catch (cause) {
    throw stsError(role, cause);
  } finally {
    sts.destroy();
  }
}

/** `undefined` when the caller is in the role already: a role seldom may assume itself. */
async function arnOf(name: string, sts: STS): Promise<string | undefined> {
  const { Account, Arn = "" } = await sts.getCallerIdentity({});
  const assumed = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
  // The caller's ARN leaves out the path that a role may have been made under.
  if (assumed === name.split("/").at(-1)) return undefined;
  const partition = Arn.split(":")[1] ?? "aws";
  return `arn:${partition}:iam::${Account}:role/${name}`;
}

interface Session {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

function toCredentials(session: Session): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = session;
  if (
    AccessKeyId === undefined ||
    SecretAccessKey === undefined ||
    SessionToken === undefined ||
    Expiration === undefined
  ) {
    const place = { provider: "minio", operation: "assume the role" };
    throw new StorageError("unavailable", "STS answered without credentials", place);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration,
  };
}
