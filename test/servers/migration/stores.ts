import { rmSync } from "node:fs";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { openProvider } from "../../../functions/providers/registry.ts";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { openTestAccount } from "../../providers/azure/account.ts";
import { startService } from "../../providers/disk/service.ts";
import { startAzurite } from "../../support/azurite.ts";
import { startFakeGcsServer } from "../google/fake-gcs-server.ts";
import { startXmlApi } from "../google/xml-api.ts";
import { startMinio } from "../minio.ts";
import { startRadosgw } from "../radosgw.ts";
import { context, endpointOf, s3Config, sdk } from "../s3-subject.ts";
import type { S3Server } from "../s3-server.ts";

/** A store with buckets to migrate from and to. */
export interface Store {
  readonly name: string;
  /** A fresh bucket. */
  bucket(name: string): Promise<Bucket>;
  /** True for keys that it cannot hold. */
  readonly refuses: (key: string) => boolean;
  close(): Promise<void>;
}

export interface S3Store extends Store {
  readonly server: S3Server;
  /** The same bucket by another address: through a proxy. */
  at(endpoint: string, bucket: string): Bucket;
}

/** The local disk, served by its own S3 endpoint. */
export async function openDiskStore(): Promise<Store & { readonly dataPath: string }> {
  const names = ["one", "two", "three", "four"];
  const service = await startService(names);
  return {
    name: "disk",
    dataPath: service.dataPath,
    bucket: async (name) => {
      if (!names.includes(name)) throw new Error(`the disk serves ${names.join(", ")}`);
      return openDisk(service.config, context).bucket(name);
    },
    refuses: () => false,
    close: async () => {
      await service.close();
      rmSync(service.dataPath, { recursive: true, force: true });
    },
  };
}

/** What a file system cannot name, and what lies below an object. */
function refusedByMinio(key: string): boolean {
  const segments = key.replace(/\/$/, "").split("/");
  return segments.some((name) => ["", ".", ".."].includes(name) || Buffer.byteLength(name) > 255);
}

export async function openMinioStore(): Promise<S3Store> {
  return s3Store("MinIO", await startMinio(), refusedByMinio);
}

export async function openRadosgwStore(): Promise<S3Store> {
  return s3Store("radosgw", await startRadosgw(), () => false);
}

function s3Store(name: string, server: S3Server, refuses: Store["refuses"]): S3Store {
  const open = (more: Partial<S3Config>, bucket: string) =>
    openS3(s3Config(server, { region: "us-east-1", ...more }), context).bucket(bucket);
  return {
    name,
    server,
    refuses,
    at: (endpoint, bucket) => open({ endpoint: endpointOf(endpoint) }, bucket),
    bucket: async (bucket) => {
      const client = sdk(server);
      await client.createBucket({ Bucket: bucket });
      client.destroy();
      return open({}, bucket);
    },
    close: () => server.stop(),
  };
}

/** As Azure documents its names. */
function refusedByAzure(key: string): boolean {
  const segments = key.split("/");
  return (
    segments.length > 254 ||
    segments.some((segment) => segment.endsWith(".")) ||
    /[\p{Cc}\\]/u.test(key)
  );
}

export async function openAzuriteStore(): Promise<
  Store & { readonly origin: string; at(origin: string, container: string): Bucket }
> {
  const azurite = await startAzurite();
  return {
    name: "Azurite",
    origin: azurite.endpoint.origin,
    bucket: async (name) => {
      await azurite.createContainer(name);
      return openTestAccount(azurite, "key").bucket(name);
    },
    at: (origin, container) =>
      openTestAccount({ ...azurite, endpoint: endpointOf(origin) }, "key").bucket(container),
    refuses: refusedByAzure,
    close: () => azurite.close(),
  };
}

/** fake-gcs-server behind what signed requests to Google reach. */
export async function openGoogleStore(): Promise<Store> {
  const fake = await startFakeGcsServer();
  const secretKey = "secret/of+the=key";
  const xml = await startXmlApi(fake.origin, { secretKey });
  const provider = await openProvider(
    {
      kind: "google",
      endpoint: endpointOf(xml.origin),
      credentials: { type: "keys", accessKey: "GOOG1EXAMPLE", secretKey },
    },
    context,
  );
  return {
    name: "fake-gcs-server",
    bucket: async (name) => {
      await fake.createBucket(name);
      return provider.bucket(name);
    },
    refuses: (key) => /[\r\n]/.test(key),
    close: async () => {
      await xml.close();
      await fake.close();
    },
  };
}
