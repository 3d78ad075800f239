import type { Multipart } from "@remote-storage/core/storage/provider.ts";
import { checkType, type Operate } from "./operate.ts";
import { publish, type Store } from "./store.ts";
import { PART_LIMITS } from "./uploads.ts";

/** Uploads in parts on the disk: the parts arrive through signed requests at the S3 endpoint. */
export function openMultipart(store: Store, operate: Operate): Multipart {
  const { uploads } = store;
  return {
    limits: PART_LIMITS,
    create: (key, options) =>
      operate("multipart.create", key, options, (place) => {
        checkType(options?.type, place);
        return uploads.create(place, options?.type);
      }),
    parts: (key, uploadId, options) =>
      operate("multipart.parts", key, options, (place) => uploads.parts(place, uploadId)),
    complete: (key, uploadId, parts, options) =>
      operate("multipart.complete", key, options, async (place) => {
        checkType(options?.type, place);
        const { temporary, type } = await uploads.join(place, uploadId, parts);
        const wished = options?.type ?? type;
        const stat = publish(store, temporary, key, place, {
          ...(wished && { type: wished }),
          ifAbsent: options?.ifAbsent ?? false,
        });
        uploads.remove(place, uploadId);
        return stat;
      }),
    abort: (key, uploadId, options) =>
      operate("multipart.abort", key, options, (place) => {
        uploads.remove(place, uploadId);
      }),
  };
}
