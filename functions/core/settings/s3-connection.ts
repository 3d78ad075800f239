import type {
  AmbientCredentials,
  RoleCredentials,
  S3Config,
  StaticKeys,
} from "../storage/provider-config.ts";
import { parseAwsHost } from "./aws-host.ts";
import {
  AMBIENT,
  type Connection,
  countMistakes,
  readEndpoints,
  readKeys,
  refusePaths,
  type Report,
} from "./connection.ts";
import { MAX_SESSION_POLICY, sessionPolicy } from "./session-policy.ts";

const AWS = "s3.amazonaws.com";

const AWS_ROLE = /^(arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}|[\w+=,.@-]{1,64})$/;

/** Stores of one's own name accounts as they like, or not at all. */
const ANY_ROLE = /^(arn:[a-z-]+:iam::[\w-]*:role\/[\w+=,.@/-]{1,576}|[\w+=,.@-]{1,64})$/;

/** Where a session policy is longest: what fits there fits everywhere. */
const LONGEST = { partition: "aws-us-gov", aws: true };

/** Seconds that STS allows for an assumed role. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION = { least: 900, most: 43_200 };

/** S3 and what speaks its protocol. `undefined` when a mistake was reported. */
export function toS3Config(from: Connection, report: Report): S3Config | undefined {
  const mistakes = countMistakes(report);
  const written = from.endpoint ?? (from.region === undefined ? undefined : AWS);
  if (written === undefined) {
    mistakes.report("endpoint", `an endpoint such as ${AWS} (or a region, for AWS)`);
  }
  const endpoints = readEndpoints(from, mistakes.report, written);
  refusePaths(endpoints, mistakes.report);
  const { endpoint, publicEndpoint } = endpoints;
  const aws = endpoint === undefined ? undefined : parseAwsHost(endpoint.endpoint.hostname);
  if (aws?.bucket !== undefined) {
    mistakes.report("endpoint", `the endpoint without the bucket's name, such as ${AWS}`);
  }
  if (aws?.region !== undefined && from.region !== undefined && aws.region !== from.region) {
    mistakes.report("region", `the region that the endpoint names (${aws.region})`);
  }
  const region = from.region ?? aws?.region;
  const credentials = readS3Credentials(from, aws !== undefined, mistakes.report);
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

function readS3Credentials(
  from: Connection,
  aws: boolean,
  report: Report,
): StaticKeys | RoleCredentials | AmbientCredentials {
  const { role, externalId, sessionDuration, sessionName, places } = from;
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
  if (!(aws ? AWS_ROLE : ANY_ROLE).test(role)) {
    report("role", "a role's name or its ARN (arn:aws:iam::<account>:role/<name>)");
  }
  if (
    sessionDuration !== undefined &&
    (sessionDuration < SESSION.least || sessionDuration > SESSION.most)
  ) {
    report("sessionDuration", "a session duration from 15m to 12h");
  }
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    report("externalId", "an external id: 2 to 1224 letters, digits and + = , . @ : / -");
  }
  const policy = places === undefined ? "" : sessionPolicy(places, LONGEST);
  if (policy.length > MAX_SESSION_POLICY) {
    report(
      "places",
      `buckets and prefixes that fit into one session policy of ${MAX_SESSION_POLICY} characters (these take ${policy.length}); an entry may be split into several with the same iam_role`,
    );
  }
  return {
    type: "role",
    role,
    ...(externalId !== undefined && { externalId }),
    ...(sessionDuration !== undefined && { sessionDuration }),
    ...(sessionName !== undefined && { sessionName }),
    ...(places !== undefined && { places }),
  };
}
