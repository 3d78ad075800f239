import * as v from "valibot";
import { checkPlace } from "../access/permit.ts";
import { seal, unseal } from "../signing/seal.ts";
import type { ObjectKey } from "../storage/key.ts";
import type { UploadedPart } from "../storage/provider.ts";
import { ProblemError } from "./problem.ts";
import type { Sent } from "./route.ts";
import { bucketName, contentType, objectKey } from "./schemas.ts";
import type { BucketName, Services } from "./services.ts";
import { toSignedJson } from "./signed-answer.ts";
import { sliceAt, type UploadPlan } from "./upload-plan.ts";

/** Seconds that an upload may be worked on; stores clean unfinished ones up after about as long. */
export const UPLOAD_LIFE = 604_800;

const PURPOSE = "upload";

const sealed = v.object({
  bucket: bucketName,
  key: objectKey,
  size: v.number(),
  partSize: v.number(),
  partCount: v.number(),
  /** Absent: a plain PUT. */
  uploadId: v.exactOptional(v.string()),
  contentType: v.exactOptional(contentType),
  /** Seconds since 1970. */
  until: v.number(),
});

/** All that is known of an upload: it travels in its id, so functions keep no state. */
export interface Upload extends UploadPlan {
  readonly bucket: BucketName;
  readonly key: ObjectKey;
  readonly uploadId?: string;
  readonly contentType?: string;
  readonly until: number;
}

export function toUploadId(upload: Upload, { sealingKeys }: Services): string {
  return seal(sealingKeys, PURPOSE, upload);
}

/** @throws ProblemError `not_found` for an id that was not made here or is over, `forbidden`. */
export function openUpload(id: string, { principal }: Sent, services: Services): Upload {
  const result = v.safeParse(sealed, unseal(services.sealingKeys, PURPOSE, id));
  if (!result.success || result.output.until * 1000 < services.now().getTime()) {
    throw new ProblemError("not_found", "there is no such upload, or its time is over");
  }
  const { bucket, key } = result.output;
  checkPlace(principal, "objects:write", `${bucket}/${key}`);
  return result.output;
}

/** The parts' places in the object, each with a fresh signed request. */
export async function signParts(upload: Upload, numbers: Iterable<number>, services: Services) {
  const bucket = services.buckets[upload.bucket];
  const { key, uploadId } = upload;
  const whole = {
    method: "PUT",
    key,
    expires: services.defaultExpires,
  } as const;
  const parts = [];
  for (const number of numbers) {
    const slice = sliceAt(upload, number);
    const signed = await bucket.sign({
      ...whole,
      ...(bucket.can.signsLength && { contentLength: slice.length }),
      ...(uploadId === undefined ? namedType(upload) : { part: { uploadId, number } }),
    });
    parts.push({ ...slice, ...toSignedJson(signed) });
  }
  return parts;
}

/** The parts that the store has; a plain PUT counts as one once the object is there in full. */
export async function arrivedParts(
  upload: Upload,
  services: Services,
  signal: AbortSignal,
): Promise<readonly UploadedPart[]> {
  const bucket = services.buckets[upload.bucket];
  if (upload.uploadId !== undefined) {
    return bucket.multipart.parts(upload.key, upload.uploadId, { signal });
  }
  const page = await bucket.list({ prefix: upload.key, limit: 1, signal });
  return page.objects
    .filter(({ key, size }) => key === upload.key && size === upload.size)
    .map(({ size, etag }) => ({ number: 1, size, etag }));
}

/** With parts, the type is told where the upload begins or ends; else with the bytes, bound or not. */
function namedType({ contentType: type }: Upload): { readonly contentType?: string } {
  return type === undefined ? {} : { contentType: type };
}
