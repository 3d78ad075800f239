import type { SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { brokenOff, refusalOf } from "./answer-error.ts";
import type { Answer, SendOptions, Wire } from "./wire.ts";

/** A prefix of a bucket as signed requests reach it. */
export interface Place {
  readonly bucket: Bucket;
  /** Taken off every key on the way out, put before it on the way in. */
  readonly prefix: string;
  readonly wire: Wire;
}

/** Long enough for a slow part to begin; each try is signed anew. */
const EXPIRES = 3600;

/** The whole key of what migrations know without the prefix. Throws InvalidKeyError. */
export function keyIn({ prefix }: Pick<Place, "prefix">, key: string): ObjectKey {
  return parseKey(prefix + key);
}

/** A URL by which others read an object for an hour: a secret. */
export async function signedUrl({ bucket }: Place, key: ObjectKey): Promise<string> {
  return (await bucket.sign({ method: "GET", key, expires: EXPIRES })).url;
}

/**
 * Signs one request and sends it.
 *
 * @throws AnswerError for a refusal, StorageError for a request that had no answer.
 */
export async function send(
  { bucket, wire }: Place,
  intent: Omit<SignIntent, "expires">,
  { onSend, ...options }: SendOptions & { readonly onSend?: () => void },
): Promise<Answer> {
  const signing = bucket.sign({ ...intent, expires: EXPIRES });
  const signed = signing instanceof Promise ? await signing : signing;
  const place = { operation: intent.method, bucket: bucket.name, key: intent.key };
  let answer: Answer;
  try {
    onSend?.();
    answer = await wire.send(signed, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw brokenOff(error, place);
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, place);
  return answer;
}
