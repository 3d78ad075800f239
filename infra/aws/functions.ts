import { Duration } from "aws-cdk-lib";
import { type Code, LayerVersion } from "aws-cdk-lib/aws-lambda";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { LinkedPlaces } from "../linked-places.ts";
import type { Deployment } from "../settings.ts";
import { toNames } from "./names.ts";
import { type FunctionName, ServiceFunction } from "./service-function.ts";
import {
  assumeRoles,
  changeBuckets,
  readBuckets,
  readPlaces,
  readSecrets,
  sweepCache,
  useCache,
  useKey,
} from "./statements.ts";

/** Where a function finds the files of a layer. */
const ACCESS_FILE = "/opt/access.yml";

/** Seconds; what runs longer is a fault, and a signed URL serves large bodies better. */
const REQUEST_TIMEOUT = Duration.seconds(60);
/** The most that Lambda gives: a sweep that has no time left goes on in the next hour. */
const SWEEP_TIMEOUT = Duration.minutes(15);

/** What the functions are made of. */
export interface Bundles {
  readonly code: (name: FunctionName) => Code;
  /** A folder with `access.yml` in it; absent: only tokens open anything. */
  readonly access?: Code | undefined;
}

export interface ServiceFunctions {
  readonly objects: ServiceFunction;
  /** Absent with `DEPLOY_PICTURES=false`. */
  readonly pictures: PictureFunctions | undefined;
}

export interface PictureFunctions {
  readonly images: ServiceFunction;
  readonly sweep: ServiceFunction;
}

/** The functions, each with the rights that its own work takes. */
export function addFunctions(
  scope: Construct,
  deployment: Deployment,
  linked: LinkedPlaces,
  { code, access }: Bundles,
): ServiceFunctions {
  const { prefix, buckets, secrets } = toNames(deployment);
  const layers =
    access === undefined ? [] : [new LayerVersion(scope, "AccessFile", { code: access })];
  const common = {
    ...deployment.passed,
    STORAGE_PROVIDER: "minio",
    STORAGE_BUCKET_PREFIX: prefix,
  };
  const guarded = {
    ...common,
    REMOTE_LINKS_SECRET: secrets.remoteLinks,
    URL_SIGNING_KEYS_SECRET: secrets.signingKeys,
    ...(deployment.restApi && { API_TOKENS_SECRET: secrets.apiTokens }),
    ...(access !== undefined && { ACCESS_FILE }),
  };
  const cached = { CACHE_BUCKET: buckets.cache };
  const read = [secrets.remoteLinks, secrets.signingKeys];
  const shared = [
    ...readPlaces(linked.places),
    ...assumeRoles([...ownRole(deployment), ...linked.roles]),
    ...readSecrets(deployment.restApi ? [...read, secrets.apiTokens] : read),
    ...useKey(deployment.kmsKey),
  ];
  /** With a role for the own buckets, that role has the rights. */
  const own = (rights: (buckets: readonly string[]) => readonly PolicyStatement[]) =>
    ownRole(deployment).length > 0 ? [] : rights([buckets.public, buckets.private]);
  const add = (
    name: FunctionName,
    memory: number,
    timeout: Duration,
    environment: Readonly<Record<string, string>>,
    statements: readonly PolicyStatement[],
  ) =>
    new ServiceFunction(scope, toId(name), {
      description: `${deployment.name}: ${name}`,
      code: code(name),
      memory,
      timeout,
      environment,
      statements,
      layers: name === "sweep" ? [] : layers,
      logDays: deployment.logDays,
    });
  const addPictures = (): PictureFunctions => ({
    // A processor and a bit: sharp works on several threads, and decoded pictures are large.
    images: add("images", 2048, REQUEST_TIMEOUT, { ...guarded, ...cached }, [
      ...own(readBuckets),
      ...useCache(buckets.cache),
      ...shared,
    ]),
    sweep: add("sweep", 512, SWEEP_TIMEOUT, { ...common, ...cached }, sweepCache(buckets.cache)),
  });
  return {
    objects: add("objects", 512, REQUEST_TIMEOUT, guarded, [...own(changeBuckets), ...shared]),
    pictures: deployment.pictures ? addPictures() : undefined,
  };
}

/** `STORAGE_IAM_ROLE`, if the service's own buckets are reached by one. */
export function ownRole({ service: { storage } }: Deployment): readonly string[] {
  return storage.kind === "minio" && storage.credentials.type === "role"
    ? [storage.credentials.role]
    : [];
}

const toId = (name: FunctionName): string => name.charAt(0).toUpperCase() + name.slice(1);
