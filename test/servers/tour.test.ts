import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { openPlace, type Place } from "../local/command.ts";
import { startAzurite } from "../support/azurite.ts";
import { startFakeGcsServer } from "./google/fake-gcs-server.ts";
import { startXmlApi } from "./google/xml-api.ts";
import { startMinio } from "./minio.ts";
import { startRadosgw } from "./radosgw.ts";
import { sdk } from "./s3-subject.ts";
import { serveCommand } from "./serve-command.ts";
import type { S3Server } from "./s3-server.ts";

/** What README shows, with curl, against the real command and every kind of store. */
type Environment = Readonly<Record<string, string>>;

const BUCKETS = ["remote-storage-public", "remote-storage-private"] as const;
const PHOTO = Buffer.alloc(300_000, "not a picture, but as long as one ");

async function onS3(server: S3Server): Promise<Environment> {
  onTestFinished(() => server.stop());
  const s3 = sdk(server);
  for (const Bucket of BUCKETS) await s3.createBucket({ Bucket });
  s3.destroy();
  return {
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: server.endpoint,
    STORAGE_REGION: "us-east-1",
    STORAGE_ACCESS_KEY: server.accessKey,
    STORAGE_SECRET_KEY: server.secretKey,
  };
}

async function onAzurite(place: Place, options: { readonly https: boolean }): Promise<Environment> {
  const azurite = await startAzurite(options);
  onTestFinished(() => azurite.close());
  for (const bucket of BUCKETS) await azurite.createContainer(bucket);
  const env = {
    STORAGE_PROVIDER: "azure",
    STORAGE_ENDPOINT: `${azurite.endpoint.origin}${azurite.basePath}`,
    STORAGE_ACCESS_KEY: azurite.account,
  };
  if (!options.https) return { ...env, STORAGE_SECRET_KEY: azurite.keys.secretKey };
  const certificate = join(place.folder, "azurite.pem");
  await writeFile(certificate, azurite.certificate ?? "");
  const token = await azurite.credential.getToken("https://storage.azure.com/.default");
  const identity = await startManagedIdentity(token?.token ?? "");
  return {
    ...env,
    ...identity,
    NODE_EXTRA_CA_CERTS: certificate,
    CURL_CA_BUNDLE: certificate,
  };
}

/** What App Service and Functions offer to the code they run. */
async function startManagedIdentity(token: string): Promise<Environment> {
  const server = createServer((_request, response) => {
    const expires = Math.floor(Date.now() / 1000) + 3600;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ access_token: token, expires_on: String(expires), token_type: "Bearer" }),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`, IDENTITY_HEADER: "secret" };
}

async function onGoogle(): Promise<Environment> {
  const fake = await startFakeGcsServer();
  onTestFinished(() => fake.close());
  const secretKey = "secret/of+the=key";
  const xml = await startXmlApi(fake.origin, { secretKey });
  onTestFinished(() => xml.close());
  for (const bucket of BUCKETS) await fake.createBucket(bucket);
  return {
    STORAGE_PROVIDER: "google",
    STORAGE_ENDPOINT: xml.origin,
    STORAGE_ACCESS_KEY: "GOOG1EXAMPLE",
    STORAGE_SECRET_KEY: secretKey,
  };
}

const STORES: Readonly<Record<string, (place: Place) => Promise<Environment>>> = {
  "the local disk": () => Promise.resolve({}),
  MinIO: async () => onS3(await startMinio()),
  radosgw: async () => onS3(await startRadosgw()),
  "Azurite with an account key": (place) => onAzurite(place, { https: false }),
  "Azurite as a managed identity": (place) => onAzurite(place, { https: true }),
  "fake-gcs-server": () => onGoogle(),
};

const LINKS = `# as in the README
s3://cars_2020_20_10/truck.jpg
azure://boats_bucket_2020_20_10/supersonicboat.jpg
https://example.com/public.jpg?size=large
fs://remote-storage-private/cats/photo 1.jpg
not a link
`;

const REMOTE_LINKS = `
my-car-datasets:
  provider: minio
  endpoint: s3.amazonaws.com
  access_key: AKIAIOSFODNN7EXAMPLE
  secret_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
  region: eu-central-1
  buckets:
    - cars_2020_20_10
my-boats-datasets:
  provider: azure
  endpoint: https://boats.blob.core.windows.net
  access_key: boats
  secret_key: ${Buffer.from("0123456789abcdef").toString("base64")}
  buckets:
    - boats_bucket_2020_20_10
`;

describe("the tour of README", () => {
  test.each(Object.entries(STORES))("on %s", async (_name, open) => {
    const place = await openPlace();
    const env = await open(place);
    const file = (name: string) => join(place.folder, name);
    await writeFile(file("photo.jpg"), PHOTO);
    await writeFile(file("links.txt"), LINKS);
    await writeFile(file("remote_links.yml"), REMOTE_LINKS);
    const { url, token } = await serveCommand(place, env);

    const curl = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)("curl", ["-sS", ...args], {
        cwd: place.folder,
        env: { ...process.env, ...env },
        encoding: "latin1",
      });
      return stdout;
    };
    const status = ["-o", "answer", "-w", "%{http_code}"];
    const authorization = ["-H", `Authorization: Bearer ${token}`];
    const photo = `${url}/objects/private/cats/photo%201.jpg`;
    const blobType = env["STORAGE_PROVIDER"] === "azure" ? ["-H", "x-ms-blob-type: BlockBlob"] : [];

    const uploaded = await curl(
      "-L",
      "-T",
      "photo.jpg",
      ...status,
      ...authorization,
      ...blobType,
      photo,
    );
    expect(uploaded).toMatch(/^20[01]$/);
    expect(
      JSON.parse(await curl(...authorization, `${url}/objects/private?delimiter=/&prefix=cats/`)),
    ).toMatchObject({ objects: [{ key: "cats/photo 1.jpg", size: PHOTO.length }], prefixes: [] });

    const sign = async (query: string) =>
      JSON.parse(await curl(...authorization, `${photo}?redirect=false${query}`)) as {
        readonly url: string;
      };
    const signed = await sign("");
    expect(await curl("-r", "100-199", signed.url)).toBe(PHOTO.toString("latin1", 100, 200));
    const broken = signed.url.replace(
      /((?:X-Amz-Signature|X-Goog-Signature|sig)=)(.)/,
      (_, name: string, first: string) => `${name}${first === "a" ? "b" : "a"}`,
    );
    expect(broken).not.toBe(signed.url);
    expect(await curl(...status, broken)).toBe("403");
    const brief = await sign("&expires=1s");
    await expect
      .poll(() => curl(...status, brief.url), { timeout: 10_000, interval: 300 })
      .toBe("403");
    expect(await curl("-L", ...authorization, photo)).toBe(PHOTO.toString("latin1"));

    const report = await curl(
      "-H",
      "Content-Type: text/plain",
      "--data-binary",
      "@links.txt",
      ...authorization,
      `${url}/links/resolve`,
    );
    const rows = report
      .trim()
      .split("\n")
      .map((row): unknown => JSON.parse(row));
    expect(rows).toMatchObject([
      { line: 2, provider: "my-car-datasets", method: "GET" },
      { line: 3, provider: "my-boats-datasets", method: "GET" },
      { line: 4, provider: "https", url: "https://example.com/public.jpg?size=large" },
      { line: 5, provider: "fs", method: "GET" },
      { line: 6, link: "not a link", error: { code: "bad_syntax" } },
      { summary: { resolved: 4, failed: 1, byCode: { bad_syntax: 1 } } },
    ]);
    const own = rows[3] as { readonly url: string };
    expect(await curl("-r", "0-9", own.url)).toBe(PHOTO.toString("latin1", 0, 10));
  });
});
