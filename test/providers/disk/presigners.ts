import { S3Client } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import aws4 from "aws4";
import { KEYS } from "./service.ts";

const CREDENTIALS = { accessKeyId: KEYS.accessKey, secretAccessKey: KEYS.secretKey };

/** The AWS SDK with the disk's keys; unless told otherwise it presigns without the checksum of an empty body. */
export function openClient(
  origin: string,
  requestChecksumCalculation: "WHEN_REQUIRED" | "WHEN_SUPPORTED" = "WHEN_REQUIRED",
): S3Client {
  return new S3Client({
    endpoint: origin,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: CREDENTIALS,
    requestChecksumCalculation,
  });
}

/** Signs whatever it is told, as no SDK would. */
export function signAnything(origin: string, method: string, path: string): string {
  const { host } = new URL(origin);
  const request = {
    host,
    path,
    method,
    service: "s3",
    region: "us-east-1",
    signQuery: true,
  };
  return origin + aws4.sign(request, CREDENTIALS).path;
}

/** Signs a PUT with the hash of its payload, as SigV4 allows beside UNSIGNED-PAYLOAD. */
export async function signPayload(
  client: S3Client,
  origin: string,
  path: string,
  headers: Record<string, string>,
): Promise<string> {
  const { host, hostname } = new URL(origin);
  const { sha256 } = client.config;
  const signer = new SignatureV4({
    service: "s3",
    region: "us-east-1",
    credentials: CREDENTIALS,
    sha256,
  });
  const { query } = await signer.presign(
    { method: "PUT", protocol: "http:", hostname, path, headers: { host, ...headers } },
    { expiresIn: 60, unhoistableHeaders: new Set(Object.keys(headers)) },
  );
  const parameters = new URLSearchParams(query as Record<string, string>);
  return `${origin}${path}?${parameters.toString()}`;
}

/** The code in S3's error document, else the status. */
export async function codeOf(response: Response): Promise<string | number> {
  return /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? response.status;
}
