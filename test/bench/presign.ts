import { hash } from "node:crypto";
import { createAzurePresigner } from "@remote-storage/core/signing/azure-presigner.ts";
import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import { validity } from "@remote-storage/core/signing/validity.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { account, azureAccount, azurePeer, keyOf, peerRows, s3Peers } from "./peers.ts";
import { measure, printTable, type Row } from "./table.ts";

const OURS = 100_000;
const policy = { maxExpires: 604_800, window: 0 };

/** P1, signing alone: one URL a call, in one process on one core, the clock asked at each call. */
export async function benchPresign(): Promise<void> {
  printTable("P1  one signed GET for S3", [
    await ours(s3()),
    await hashes(),
    ...(await peerRows(s3Peers())),
  ]);
  printTable("P1  one signed GET for Azure Blob (service SAS)", [
    await ours(azure()),
    ...(await peerRows([azurePeer()])),
  ]);
}

function s3(): (key: string) => unknown {
  const { accessKeyId, secretAccessKey, region, bucket, expires } = account;
  const sign = createS3Presigner(
    { origin: `https://${bucket}.s3.${region}.amazonaws.com`, basePath: "", region },
    { accessKeyId, secretAccessKey },
  );
  return (key) =>
    sign({ method: "GET", key: parseKey(key), expires }, validity(new Date(), expires, policy));
}

function azure(): (key: string) => unknown {
  const { name, key: secretKey, container } = azureAccount;
  const sign = createAzurePresigner(
    { origin: `https://${name}.blob.core.windows.net`, basePath: "", account: name, container },
    { type: "account-key", secretKey },
  );
  const { expires } = account;
  return (key) =>
    sign({ method: "GET", key: parseKey(key), expires }, validity(new Date(), expires, policy));
}

async function ours(sign: (key: string) => unknown): Promise<Row> {
  return {
    what: "remote-storage",
    micros: await measure(OURS, (index) => sign(keyOf(index))),
    note: "ours",
  };
}

/** What no signer can avoid: the canonical request's hash and HMAC's two, on strings of their length. */
async function hashes(): Promise<Row> {
  const request = "r".repeat(420);
  const inner = "i".repeat(64 + 140);
  const outer = "o".repeat(64 + 32);
  const micros = await measure(OURS, () => {
    hash("sha256", request, "hex");
    hash("sha256", inner, "hex");
    hash("sha256", outer, "hex");
  });
  return { what: "three one-shot SHA-256", micros, note: "the bare cost of the hashes" };
}
