import { ACCESS_SETTINGS } from "./table/access.ts";
import { CACHE_SETTINGS } from "./table/caches.ts";
import { JUPYTER_SETTINGS } from "./table/jupyter.ts";
import { SERVING_SETTINGS } from "./table/serving.ts";
import { SIGNING_SETTINGS } from "./table/signing.ts";
import { STORAGE_SETTINGS } from "./table/storage.ts";

/** Every setting there is, in the order in which the README lists them. */
export const SETTINGS = {
  ...STORAGE_SETTINGS,
  ...SIGNING_SETTINGS,
  ...ACCESS_SETTINGS,
  ...SERVING_SETTINGS,
  ...CACHE_SETTINGS,
  ...JUPYTER_SETTINGS,
};
