import { parseAwsHost } from "../settings/aws-host.ts";

/** A host and a path that starts with `/`, both as they are in a URL. */
export interface WebAddress {
  readonly host: string;
  readonly path: string;
  /** The bucket's website, which serves pages to everybody and takes no signature. */
  readonly website?: true;
}

/** Stands for every S3 host of AWS, since any of them serves (or redirects for) any bucket. No host is called so. */
const AWS = "aws:";
const GOOGLE = "storage.googleapis.com";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html */
const AWS_WEBSITE = /^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** Names of Google's own; the one of the console serves browsers that are signed in, and people copy it. */
const GOOGLE_HOST =
  /^(?:(.+)\.)?(?:storage\.googleapis|commondatastorage\.googleapis|storage\.cloud\.google)\.com$/;

/** Links of Google's JSON API: the object is one part of the path, encoded. */
const GOOGLE_API = /^\/(?:download\/)?storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/;

/** The account's blobs under other names: its replica, its file system, its DNS zone's. */
const AZURE_HOST =
  /^([a-z0-9]+)(?:-secondary)?\.(z\d+\.)?(?:blob|dfs)\.(core\.[a-z.]+|storage\.azure\.net)$/;

/**
 * The one address of many that stores have for the same: at AWS and Google the bucket goes from the
 * host into the path, at Azure the account's blob host is taken. Other hosts stay as they are.
 */
export function toCanonicalAddress(host: string, path: string): WebAddress {
  const website = AWS_WEBSITE.exec(host)?.[1];
  if (website !== undefined) return { host: AWS, path: `/${website}${path}`, website: true };
  const aws = host.includes(".amazonaws.com") ? parseAwsHost(host) : undefined;
  if (aws !== undefined) return { host: AWS, path: inPath(aws.bucket, path) };
  if (host.endsWith(".com")) {
    const api = /^(?:www|storage)\.googleapis\.com$/.test(host) ? GOOGLE_API.exec(path) : null;
    if (api !== null) return { host: GOOGLE, path: `/${api[1]}/${api[2]}` };
    const google = GOOGLE_HOST.exec(host);
    if (google !== null) return { host: GOOGLE, path: inPath(google[1], path) };
  }
  const azure = AZURE_HOST.exec(host);
  if (azure === null) return { host, path };
  const [, account = "", zone = "", domain = ""] = azure;
  return { host: `${account}.${zone}blob.${domain}`, path };
}

function inPath(bucket: string | undefined, path: string): string {
  return bucket === undefined ? path : `/${bucket}${path}`;
}
