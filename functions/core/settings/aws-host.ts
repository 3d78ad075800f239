/** What the name of an S3 host of AWS says. `bucket` is set for virtual-host addresses. */
export interface AwsHost {
  readonly bucket?: string;
  /** Absent for the global host, which stands for any region. */
  readonly region?: string;
}

/**
 * Reads `s3.amazonaws.com`, `s3.<region>…`, `s3-<region>…` (legacy), `s3.dualstack.<region>…`,
 * `s3-fips…`, `s3-accelerate…`, each alone or after `<bucket>.`, in the partitions `amazonaws.com` and
 * `amazonaws.com.cn`. Any other host is `undefined`, private (VPC) endpoints among them.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export function parseAwsHost(host: string): AwsHost | undefined {
  const [, bucket, marker, dotted] =
    /^(?:(.+)\.)?s3(-[a-z0-9-]+)?((?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$/.exec(host) ?? [];
  if (dotted === undefined) return undefined;
  const labels = dotted.split(".").filter((label) => label !== "" && label !== "dualstack");
  if (labels.length > 1 || labels.some((label) => label === "vpce")) return undefined;
  const region = labels[0] ?? legacyRegion(marker);
  return { ...(bucket !== undefined && { bucket }), ...(region !== undefined && { region }) };
}

function legacyRegion(marker: string | undefined): string | undefined {
  return marker === undefined || /^-(accelerate|fips|external-1|control)$/.test(marker)
    ? undefined
    : marker.slice(1);
}
