import { join } from "node:path";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { onTestFinished } from "vitest";
import { openBucketSource } from "../../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../../functions/migration/bucket/target.ts";
import { createWire, type Wire } from "../../../functions/migration/bucket/wire.ts";
import { type Run, runWith, temporary } from "../../migration/stage.ts";
import { openTestAccount } from "../../providers/azure/account.ts";
import { startAzurite } from "../../support/azurite.ts";
import {
  type FetchFaults,
  type FetchingAzure,
  startFetchingAzure,
} from "../../support/fetching-azure.ts";
import { sdk } from "../s3-subject.ts";
import { openMinioStore, type S3Store, type Store } from "./stores.ts";

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** From a bucket to a container of the same name. */
interface Pair {
  readonly from: Bucket;
  readonly to: Bucket;
  readonly azure: FetchingAzure;
  readonly wire: Wire;
  readonly notices: readonly string[];
  /** Objects go whole up to 100 KiB. */
  readonly run: (signal?: AbortSignal) => Promise<Run>;
  /** Goes on where `run` was stopped, with all bytes through here. */
  readonly stream: () => Promise<Run>;
}

interface PairOptions {
  readonly faults?: FetchFaults;
  /** Default: MinIO. */
  readonly store?: Store;
  /** Bytes. */
  readonly part?: number;
}

export interface UrlStage {
  readonly minio: S3Store;
  pair(name: string, options?: PairOptions): Promise<Pair>;
  /** As AWS keeps objects by default: with the CRC-64/NVME of the whole. */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  /** In two parts: no MD5 is known of it. At least 5 MiB. */
  putInParts(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** MinIO, and an Azure that fetches from it. */
export async function openUrlStage(): Promise<UrlStage> {
  const [minio, azurite] = await Promise.all([openMinioStore(), startAzurite()]);
  const wire = createWire({ connections: 8 });
  const client = sdk(minio.server);
  return {
    minio,
    pair: async (name, { faults, store = minio, part = 64 * KIB } = {}) => {
      const from = await store.bucket(name);
      await azurite.createContainer(name);
      const azure = await startFetchingAzure(azurite, faults);
      onTestFinished(() => azure.close());
      const to = openTestAccount(azure.azurite, "key").bucket(name);
      const source = { bucket: from, prefix: "", wire };
      const target = { bucket: to, prefix: "" };
      const journal = join(temporary(), "journal.sqlite");
      const notices: string[] = [];
      const options = {
        source: openBucketSource({ ...source, name: "source" }),
        target: openBucketTarget({ ...target, name: "target", wire }),
        journal,
        concurrency: 1,
      };
      const byStore = { source, target, wholeUpTo: 100 * KIB, part };
      const onNotice = (notice: string) => void notices.push(notice);
      const run: Pair["run"] = (signal = new AbortController().signal) =>
        runWith({ ...options, byStore }, { signal, onNotice });
      return { from, to, azure, wire, notices, run, stream: () => runWith(options) };
    },
    put: async (Bucket, Key, Body) => {
      const object = { Bucket, Key, ContentType: "image/tiff", Metadata: { made: "here" } };
      await client.putObject({ ...object, Body, ChecksumAlgorithm: "CRC64NVME" });
    },
    putInParts: async (Bucket, Key, bytes) => {
      const object = { Bucket, Key };
      const sum = { ChecksumAlgorithm: "CRC64NVME" } as const;
      const whole = { ...sum, ChecksumType: "FULL_OBJECT", ContentType: "image/tiff" } as const;
      const { UploadId } = await client.createMultipartUpload({ ...object, ...whole });
      const half = Math.max(5 * MIB, Math.ceil(bytes.byteLength / 2));
      const Parts = [];
      for (const [index, Body] of [bytes.subarray(0, half), bytes.subarray(half)].entries()) {
        const part = { ...object, ...sum, UploadId, PartNumber: index + 1, Body };
        const { ETag, ChecksumCRC64NVME } = await client.uploadPart(part);
        Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC64NVME });
      }
      const done = { UploadId, MultipartUpload: { Parts }, ChecksumType: "FULL_OBJECT" } as const;
      await client.completeMultipartUpload({ ...object, ...done });
    },
    close: async () => {
      client.destroy();
      await wire.close();
      await Promise.all([minio.close(), azurite.close()]);
    },
  };
}
