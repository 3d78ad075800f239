import { readFileSync } from "node:fs";
import {
  BlobSASPermissions,
  SASProtocol,
  StorageSharedKeyCredential,
  generateBlobSASQueryParameters,
} from "@azure/storage-blob";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import aws4 from "aws4";
import { AwsV4Signer } from "aws4fetch";
import { Client } from "minio";
import { measure, type Row } from "./table.ts";

/** The same account for every signer. The keys are AWS's published examples; nothing is sent. */
export const account = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "eu-central-1",
  bucket: "cars-2020-20-10",
  expires: 3600,
};

export const azureAccount = {
  name: "benchaccount",
  key: Buffer.alloc(64, 7).toString("base64"),
  container: "cars",
};

export interface Peer {
  readonly what: string;
  /** How much faster the whole `resolve` of a link file must be, a link. */
  readonly bar: string;
  readonly sign: (key: string) => unknown;
}

const expiresIn = { expiresIn: account.expires };

/** Few calls: the slowest takes half a millisecond each. */
const CALLS = 2_000;

export async function peerRows(peers: readonly Peer[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { what, bar, sign } of peers) {
    rows.push({ what, micros: await measure(CALLS, (index) => sign(keyOf(index))), note: bar });
  }
  return rows;
}

export function s3Peers(): readonly Peer[] {
  const { accessKeyId, secretAccessKey, region, bucket, expires } = account;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ region, credentials });
  const minio = new Client({
    endPoint: "s3.amazonaws.com",
    accessKey: accessKeyId,
    secretKey: secretAccessKey,
    region,
  });
  // The day's derived key, which aws4 keeps by itself.
  const cache = new Map<string, ArrayBuffer>();
  const host = `${bucket}.s3.${region}.amazonaws.com`;
  return [
    {
      what: versioned("@aws-sdk/s3-request-presigner"),
      bar: "bar: ≥ 100 ×",
      sign: (key) =>
        getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), expiresIn),
    },
    {
      what: versioned("minio"),
      bar: "bar: ≥ 20 ×",
      sign: (key) => minio.presignedGetObject(bucket, key, expires),
    },
    {
      what: versioned("aws4fetch"),
      bar: "",
      sign: (key) =>
        new AwsV4Signer({
          ...credentials,
          region,
          service: "s3",
          signQuery: true,
          cache,
          url: `https://${host}/${encodeURI(key)}?X-Amz-Expires=${expires}`,
        }).sign(),
    },
    {
      what: versioned("aws4"),
      bar: "bar: ≥ 8 ×",
      sign: (key) =>
        aws4.sign(
          {
            host,
            path: `/${encodeURI(key)}?X-Amz-Expires=${expires}`,
            service: "s3",
            region,
            signQuery: true,
          },
          credentials,
        ),
    },
  ];
}

export function azurePeer(): Peer {
  const credential = new StorageSharedKeyCredential(azureAccount.name, azureAccount.key);
  const permissions = BlobSASPermissions.parse("r");
  return {
    what: `${versioned("@azure/storage-blob")} generateBlobSASQueryParameters`,
    bar: "bar: ≥ 10 ×",
    sign: (key) => {
      const startsOn = new Date();
      return generateBlobSASQueryParameters(
        {
          containerName: azureAccount.container,
          blobName: key,
          permissions,
          protocol: SASProtocol.Https,
          startsOn,
          expiresOn: new Date(startsOn.getTime() + account.expires * 1000),
        },
        credential,
      ).toString();
    },
  };
}

/** `name@version` of an installed package. */
function versioned(name: string): string {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  return `${name} ${version}`;
}

/** What the objects of a data set are called. */
export function keyOf(index: number): string {
  return `images/train/batch-${index % 100}/img_${index}.jpg`;
}
