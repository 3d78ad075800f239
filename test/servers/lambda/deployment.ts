import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../../infra/bundle.ts";
import { ALLOWED_ORIGIN, environment, KEYS, REMOTE_LINKS } from "../../hosts/host.ts";
import { startRadosgw, type Radosgw } from "../radosgw.ts";
import { sdk } from "../s3-subject.ts";
import { type SecretStore, startSecretStore } from "../../support/lambda/secret-store.ts";

const CACHE = "remote-storage-cache";
const BUCKETS = ["remote-storage-public", "remote-storage-private", CACHE];

const FUNCTIONS = ["objects", "images", "sweep"] as const;

type FunctionName = (typeof FUNCTIONS)[number];

const ACCESS = `
everything:
  iam_account: "123456789012"
  iam_role: all
  allow: [objects:read, objects:write, objects:delete, links:read, links:write, cache:admin, metrics:read]
reading:
  iam_account: "123456789012"
  iam_role: reader
  allow: [objects:read]
linking:
  iam_account: "123456789012"
  iam_role: linker
  allow: [links:read]
`;

/** All that functions find around them: a store of objects, a store of secrets, their code. */
export interface Deployment {
  readonly store: Radosgw;
  readonly secrets: SecretStore;
  /** Where the bundles lie. */
  readonly code: Readonly<Record<FunctionName, string>>;
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** As the stacks make it: buckets with CORS, secrets by ARN, no key in the environment but the store's. */
export async function deploy(): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-"));
  const [store, code] = await Promise.all([startRadosgw(), bundleInto(folder)]);
  const { accessKeyId, secretAccessKey } = KEYS;
  const keys = ["--access-key", accessKeyId, "--secret-key", secretAccessKey];
  store.admin("key", "create", "--uid", "test", "--key-type", "s3", ...keys);
  await makeBuckets(store);
  const { URL_SIGNING_KEYS, API_TOKENS, REMOTE_LINKS_FILE: _, ...env } = environment(folder);
  const [, signingKey = ""] = URL_SIGNING_KEYS?.split(":") ?? [];
  const secrets = await startSecretStore(
    new Map([
      ["arn:links", REMOTE_LINKS],
      ["arn:keys", JSON.stringify({ k1: signingKey })],
      ["arn:tokens", API_TOKENS ?? ""],
    ]),
  );
  await writeFile(join(folder, "access.yml"), ACCESS);
  return {
    store,
    secrets,
    code,
    env: {
      ...env,
      STORAGE_PROVIDER: "minio",
      STORAGE_ENDPOINT: store.endpoint,
      STORAGE_REGION: "us-east-1",
      // The host under test answers for function and store alike.
      PUBLIC_URL: store.endpoint,
      ACCESS_FILE: join(folder, "access.yml"),
      CACHE_BUCKET: CACHE,
      REMOTE_LINKS_SECRET: "arn:links",
      URL_SIGNING_KEYS_SECRET: "arn:keys",
      API_TOKENS_SECRET: "arn:tokens",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_ACCESS_KEY_ID: "role",
      AWS_SECRET_ACCESS_KEY: "role-secret",
      AWS_SESSION_TOKEN: "role-token",
    },
    async remove() {
      await secrets.close();
      await store.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Every function as `npm run build` makes it, but with sharp for this machine. */
export async function bundleInto(folder: string): Promise<Deployment["code"]> {
  const root = join(import.meta.dirname, "../../..");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const code = { objects: "", images: "", sweep: "" };
  for (const name of FUNCTIONS) {
    code[name] = join(folder, name);
    await bundle(join(root, "functions/aws", name, "main.ts"), code[name]);
  }
  return code;
}

/** Leaves the buckets as they were made. */
export async function empty(store: Radosgw): Promise<void> {
  const client = sdk(store);
  for (const Bucket of BUCKETS) {
    const { Contents = [] } = await client.listObjectsV2({ Bucket });
    for (const { Key } of Contents) await client.deleteObject({ Bucket, Key });
  }
  client.destroy();
}

async function makeBuckets(store: Radosgw): Promise<void> {
  const client = sdk(store);
  const rule = {
    AllowedOrigins: [ALLOWED_ORIGIN],
    AllowedMethods: ["GET", "PUT", "HEAD", "DELETE"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag", "Content-Range"],
  };
  for (const Bucket of BUCKETS) {
    await client.createBucket({ Bucket });
    await client.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [rule] } });
  }
  client.destroy();
}
