import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "./binary.ts";
import { answers, freePort, type Running, start } from "./process.ts";
import type { S3Server } from "./s3-server.ts";

/** Buckets answer at `<bucket>.<this>` too, for clients that are told where that is. */
export const MINIO_DOMAIN = "minio.test";

/** A MinIO that can be away for a while. */
export interface Minio extends S3Server {
  /** Ends it; its objects stay. */
  leave(): Promise<void>;
  /** Starts it again at the same address. */
  comeBack(): Promise<void>;
}

/** MinIO on a free port, with a throw-away folder; `env` is more of its settings. */
export async function startMinio(
  region = "us-east-1",
  env: Readonly<Record<string, string>> = {},
): Promise<Minio> {
  const program = findBinary("minio");
  const folder = await mkdtemp(join(tmpdir(), "minio-"));
  const [accessKey, secretKey] = ["minio-test", "minio-test-secret"];
  const address = `127.0.0.1:${await freePort()}`;
  const endpoint = `http://${address}`;
  const serve = async (): Promise<Running> => {
    const running = start(program, ["server", "--address", address, "--quiet", folder], {
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_REGION: region,
      MINIO_DOMAIN,
      MINIO_BROWSER: "off",
      ...env,
    });
    await answers(`${endpoint}/minio/health/ready`, running);
    return running;
  };
  let running = await serve();
  return {
    endpoint,
    accessKey,
    secretKey,
    leave: () => running.stop(),
    async comeBack() {
      running = await serve();
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
