import { listen, type Listening } from "./listen.ts";

export interface InstanceKeys {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly token?: string;
  readonly expiresAt: Date;
}

export interface InstanceMetadata extends Listening {
  /** `METHOD path` of every request. */
  readonly requests: readonly string[];
}

/**
 * EC2's instance metadata service, version 2: nothing is told to those who bring no session token. Set
 * `AWS_EC2_METADATA_SERVICE_ENDPOINT` to its address.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
export async function startInstanceMetadata(
  keys: () => InstanceKeys,
  role = "worker",
): Promise<InstanceMetadata> {
  const requests: string[] = [];
  const path = "/latest/meta-data/iam/security-credentials/";
  const server = await listen((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === "/latest/api/token") {
      const allowed =
        request.method === "PUT" && request.headers["x-aws-ec2-metadata-token-ttl-seconds"];
      response.writeHead(allowed ? 200 : 403).end("metadata-session");
    } else if (request.headers["x-aws-ec2-metadata-token"] !== "metadata-session") {
      response.writeHead(401).end();
    } else if (request.url === path) {
      response.end(role);
    } else if (request.url === path + role) {
      const { accessKey, secretKey, token = "", expiresAt } = keys();
      response.end(
        JSON.stringify({
          Code: "Success",
          Type: "AWS-HMAC",
          LastUpdated: "2026-01-01T00:00:00Z",
          AccessKeyId: accessKey,
          SecretAccessKey: secretKey,
          Token: token,
          Expiration: expiresAt.toISOString(),
        }),
      );
    } else response.writeHead(404).end();
  });
  return { ...server, requests };
}
