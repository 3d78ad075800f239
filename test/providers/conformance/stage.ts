import { randomUUID } from "node:crypto";
import { hasDotSegment, type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type {
  Bucket,
  ListOptions,
  Page,
  ReadOptions,
  ReadResult,
} from "@remote-storage/core/storage/provider.ts";
import type {
  SignedMethod,
  SignedRequest,
  SignIntent,
} from "@remote-storage/core/signing/signed-request.ts";
import type { RawResponse, Subject } from "./subject.ts";

/** The subject as the cases use it; opened before the first of them. */
export interface Stage {
  readonly subject: Subject;
  readonly bucket: Bucket;
  /** Signs for an hour. */
  sign(method: SignedMethod, key: ObjectKey, wishes?: Partial<SignIntent>): Promise<SignedRequest>;
  /** Sends a signed request as it stands; `extra` adds to its headers or replaces them. */
  send(
    signed: SignedRequest,
    body?: Uint8Array<ArrayBuffer>,
    extra?: Readonly<Record<string, string>>,
  ): Promise<RawResponse>;
}

export function createStage(subject: () => Subject): Stage {
  return {
    get subject() {
      return subject();
    },
    get bucket() {
      return subject().bucket;
    },
    async sign(method, key, wishes = {}) {
      return subject().bucket.sign({ method, key, expires: 3600, ...wishes });
    },
    async send(signed, content, extra = {}) {
      // Clients set it themselves, from the bytes that they really have.
      const { "content-length": _, ...headers } = { ...signed.headers, ...extra };
      if (hasDotSegment(/^[^?]*/.exec(signed.url)?.[0] ?? "")) {
        return subject().rawSend(signed.method, signed.url, headers, content);
      }
      const response = await subject().fetch(signed.url, {
        method: signed.method,
        headers,
        redirect: "error",
        ...(content === undefined ? {} : { body: content }),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, body: bytes };
    },
  };
}

/** A prefix that no other case uses. */
export function folder(): string {
  return `case-${randomUUID().slice(0, 13)}/`;
}

/** A key of its own for a case that needs only one. */
export function someKey(): ObjectKey {
  return parseKey(`${folder()}object`);
}

/** Deterministic bytes in which every position shows: a shifted or repeated chunk cannot compare equal. */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16) * 13) & 0xff;
  return bytes;
}

export function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

/** A stream of `bytes` in chunks, handed out as they are asked for. */
export function streamOf(bytes: Uint8Array, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.slice(offset, (offset += chunk)));
    },
  });
}

export async function body(result: ReadResult): Promise<Uint8Array<ArrayBuffer>> {
  if (result.state === "unchanged") throw new Error("there is no body: the object is unchanged");
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export async function readBytes(
  bucket: Bucket,
  key: ObjectKey,
  options?: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return body(await bucket.read(key, options));
}

export async function readText(
  bucket: Bucket,
  key: ObjectKey,
  options?: ReadOptions,
): Promise<string> {
  return new TextDecoder().decode(await readBytes(bucket, key, options));
}

/** The error of a call that must fail; anything but a `StorageError` is a breach of the contract. */
export async function failure(call: Promise<unknown>): Promise<StorageError> {
  const settled = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("value" in settled) throw new Error(`succeeded: ${JSON.stringify(settled.value)}`);
  if (!(settled.error instanceof StorageError)) {
    throw new Error(`not a StorageError: ${String(settled.error)}`, { cause: settled.error });
  }
  return settled.error;
}

/** Kind of the error of a call that must fail. */
export async function failureKind(call: Promise<unknown>): Promise<string> {
  return (await failure(call)).kind;
}

/** What became of a call: its value, or the kind of its error. */
export function outcome<T>(call: Promise<T>): Promise<T | string> {
  return call.catch((error: unknown) => {
    if (error instanceof StorageError) return error.kind;
    throw error;
  });
}

/** Every page of a listing, in order. */
export async function allPages(bucket: Bucket, options: ListOptions): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ ...options, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page);
    cursor = page.cursor;
    if (pages.length > 1000) throw new Error("the listing does not end");
  } while (cursor !== undefined);
  return pages;
}

export function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
