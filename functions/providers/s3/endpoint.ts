import { isIP } from "node:net";
import { parseAwsHost } from "@remote-storage/core/settings/aws-host.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import type { Endpoint, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { S3Target } from "@remote-storage/core/signing/s3-presigner.ts";

/** The host that stands for every region of AWS, and redirects or refuses for most. */
const GLOBAL_HOST = "s3.amazonaws.com";

/** A name that is one label of a TLS host: `*.s3.amazonaws.com` covers no dots. */
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/;

/** Whether the bucket's name may stand before the host: not before an address, nor in every form. */
function canBeInHost({ hostname }: Endpoint, bucket: string): boolean {
  return HOST_LABEL.test(bucket) && !hostname.startsWith("[") && isIP(hostname) === 0;
}

export const DEFAULT_REGION = "us-east-1";

export function isAws(endpoint: Endpoint): boolean {
  return parseAwsHost(endpoint.hostname) !== undefined;
}

/** The region that the endpoint's own host names. */
export function regionOfHost(endpoint: Endpoint): string | undefined {
  return parseAwsHost(endpoint.hostname)?.region;
}

/**
 * The origin that answers for a region: the global host of AWS becomes the regional one (it would
 * redirect, or refuse in regions opened after March 2019); every other endpoint stays as it is.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function regionalOrigin(endpoint: Endpoint, region: string): string {
  if (endpoint.hostname !== GLOBAL_HOST) return endpoint.origin;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return endpoint.origin.replace(GLOBAL_HOST, `s3.${region}.${suffix}`);
}

/**
 * Whether the bucket stands in the path. As configured; by default only AWS, which wants the bucket
 * in the host, has it there, and only where the name can be a TLS host.
 */
export function isPathStyle(config: S3Config, endpoint: Endpoint, bucket: string): boolean {
  if (config.pathStyle === true || !canBeInHost(endpoint, bucket)) return true;
  return config.pathStyle ?? !isAws(endpoint);
}

function placed(origin: string, bucket: string, pathStyle: boolean): Omit<S3Target, "region"> {
  return pathStyle
    ? { origin, basePath: `/${encodeComponent(bucket)}` }
    : { origin: origin.replace("://", `://${bucket}.`), basePath: "" };
}

/** What signed URLs of a bucket begin with: the public endpoint's, where there is one. */
export function signingTarget(config: S3Config, bucket: string, region: string): S3Target {
  const endpoint = config.publicEndpoint ?? config.endpoint;
  const origin = regionalOrigin(endpoint, region);
  return { ...placed(origin, bucket, isPathStyle(config, endpoint, bucket)), region };
}

/** Every address that a bucket's objects are known by, in either style. */
export function addresses(config: S3Config, bucket: string, region?: string): readonly string[] {
  const endpoints = [config.publicEndpoint, config.endpoint].filter((each) => each !== undefined);
  const targets = endpoints.flatMap((endpoint) => {
    const regional = region === undefined ? [] : [regionalOrigin(endpoint, region)];
    const styles = canBeInHost(endpoint, bucket) ? [true, false] : [true];
    return [endpoint.origin, ...regional].flatMap((origin) =>
      styles.map((style) => placed(origin, bucket, style)),
    );
  });
  return [...new Set(targets.map(({ origin, basePath }) => origin + basePath))];
}
