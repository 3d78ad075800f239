import type { AppRequest } from "@remote-storage/core/http/app.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { checked, checksOf, checksumsIn } from "./checksums.ts";
import type { FilePlace } from "./files.ts";
import { checkType, createOperate } from "./operate.ts";
import { newRequestId, S3Error, UPLOAD_PART } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import { publish, type Store } from "./store.ts";
import { fillTemporary } from "./temporary.ts";

/**
 * Answers PUT: a whole object, or one part of an upload. The body goes to a temporary file; only when
 * its length and all its checksums are as promised does it become the object.
 */
export async function writeObject(
  store: Store,
  request: AppRequest,
  target: S3Request,
  payloadSha256: string | undefined,
): Promise<Response> {
  const { bucket, key, amz } = target;
  const checks = checksOf(request.headers.get("content-md5"), amz, payloadSha256);
  const source = request.body ?? new Blob([]).stream();
  const size = sizeOf(request.headers);
  const options = { ...(size !== undefined && { size }), signal: request.signal };
  const body = (place: FilePlace) => checked(source, checks, place);

  const operate = createOperate(bucket);
  const part = partOf(target);
  if (part !== undefined) {
    const etag = await operate(UPLOAD_PART, key, options, (place) =>
      store.uploads.put(place, part, body(place), options),
    );
    return stored(etag, amz);
  }

  const ifAbsent = mustBeAbsent(request.headers);
  const type = request.headers.get("content-type");
  const stat = await operate("write", key, options, async (place) => {
    checkType(type ?? undefined, place);
    if (ifAbsent && store.files.stat(bucket, key) !== undefined) {
      throw new StorageError("precondition-failed", "the key is taken already", place);
    }
    const temporary = await fillTemporary(store.layout.temporary(), body(place), {
      ...options,
      place,
    });
    return publish(store, temporary, key, place, { ifAbsent, ...(type !== null && { type }) });
  });
  return stored(stat.etag, amz);
}

/** Answers DELETE, also for what is not there. */
export async function removeObject(
  store: Store,
  request: AppRequest,
  { bucket, key, parameters }: S3Request,
): Promise<Response> {
  if (parameters.has("uploadId") || request.headers.has("if-match")) {
    throw new S3Error("NotImplemented", "Only a whole object is deleted here, unconditionally");
  }
  await createOperate(bucket)("remove", key, undefined, () => {
    store.files.remove(bucket, key);
    store.types.forget(bucket, key);
  });
  return new Response(null, { status: 204, headers: { "x-amz-request-id": newRequestId() } });
}

/** Tells the checksums that have been verified, as S3 does: clients take that for the proof. */
function stored(etag: string, amz: ReadonlyMap<string, string>): Response {
  const headers = new Headers(checksumsIn(amz));
  headers.set("etag", etag);
  headers.set("content-length", "0");
  headers.set("x-amz-request-id", newRequestId());
  return new Response(null, { status: 200, headers });
}

/** Absent with chunked transfer, which tells by itself whether it is complete. */
function sizeOf(headers: Headers): number | undefined {
  const text = headers.get("content-length");
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new S3Error("InvalidArgument", "Content-Length is no number");
  return Number(text);
}

function mustBeAbsent(headers: Headers): boolean {
  const ifNoneMatch = headers.get("if-none-match");
  if (headers.has("if-match") || (ifNoneMatch !== null && ifNoneMatch.trim() !== "*")) {
    throw new S3Error("NotImplemented", "The only condition of a PUT here is If-None-Match: *");
  }
  return ifNoneMatch !== null;
}

function partOf({
  parameters,
}: S3Request): { readonly uploadId: string; readonly number: number } | undefined {
  const number = parameters.get("partNumber");
  const uploadId = parameters.get("uploadId");
  if (number === undefined && uploadId === undefined) return undefined;
  if (uploadId === undefined || number === undefined || !/^\d{1,5}$/.test(number)) {
    throw new S3Error("InvalidArgument", "A part needs uploadId, and partNumber from 1 to 10000");
  }
  return { uploadId, number: Number(number) };
}
