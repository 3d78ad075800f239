import type {
  AmbientCredentials,
  GoogleServiceAccount,
  RolePlace,
  StaticKeys,
} from "../storage/provider-config.ts";
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
  /** What a role's session is called. */
  readonly sessionName?: string | undefined;
  /** What is to be reached: a role's session is narrowed to it. */
  readonly places?: readonly RolePlace[] | undefined;
  readonly region?: string | undefined;
  readonly pathStyle?: boolean | undefined;
  readonly serviceAccount?: GoogleServiceAccount | undefined;
}

/** Notes a mistake: the field it is in and what is expected there. */
export type Report = (field: keyof Connection, expected: string) => void;

/** What the place gives. */
export const AMBIENT: AmbientCredentials = { type: "ambient" };

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

/** The endpoint, or `standard` in its place, and the public one. */
export function readEndpoints(
  from: Connection,
  report: Report,
  standard?: string,
): { readonly endpoint?: ParsedEndpoint; readonly publicEndpoint?: ParsedEndpoint } {
  const read = (field: "endpoint" | "publicEndpoint", text?: string, port?: string) => {
    const parsed = text === undefined ? undefined : parseEndpoint(text, port);
    if (parsed === undefined || "endpoint" in parsed) return parsed;
    report(field, parsed.problem);
    return undefined;
  };
  const endpoint = read("endpoint", from.endpoint ?? standard, from.port);
  const publicEndpoint = read("publicEndpoint", from.publicEndpoint);
  return { ...(endpoint && { endpoint }), ...(publicEndpoint && { publicEndpoint }) };
}

/** For stores whose signatures cannot cover a path before the bucket. */
export function refusePaths(endpoints: ReturnType<typeof readEndpoints>, report: Report): void {
  for (const field of ["endpoint", "publicEndpoint"] as const) {
    const path = endpoints[field]?.path ?? "";
    if (path !== "") report(field, "an endpoint without a path: signatures cannot cover one");
  }
}

export function refuseRole(from: Connection, report: Report): void {
  if (from.role !== undefined) report("role", "no role: IAM roles are only supported for AWS S3");
}

/** Passes mistakes on and remembers whether there were any. */
export function countMistakes(report: Report): { report: Report; any: () => boolean } {
  let count = 0;
  return {
    report: (field, expected) => {
      count++;
      report(field, expected);
    },
    any: () => count > 0,
  };
}
