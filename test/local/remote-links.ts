import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** One S3 provider with made-up keys: nothing is ever sent to it. */
export async function writeRemoteLinks(folder: string, buckets: readonly string[]): Promise<void> {
  const text = `cars:
  provider: s3
  endpoint: s3.amazonaws.com
  region: eu-central-1
  access_key: AKIAIOSFODNN7EXAMPLE
  secret_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
  buckets: [${buckets.join(", ")}]
`;
  await writeFile(join(folder, "remote_links.yml"), text);
}
