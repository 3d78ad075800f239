import { duration, size } from "../setting.ts";

/** How much the caches hold, and for how long. */
export const CACHE_SETTINGS = {
  previewsSize: size("CACHE_PREVIEWS_SIZE", "1g", "Previews cache: size"),
  previewsExpires: duration(
    "CACHE_PREVIEWS_EXPIRES",
    "12h",
    "Previews cache: unused entries go after this time",
  ),
  storageSize: size("CACHE_STORAGE_SIZE", "10g", "Storage cache (original bytes): size"),
  storageExpires: duration(
    "CACHE_STORAGE_EXPIRES",
    "7d",
    "Storage cache: unused entries go after this time",
  ),
  converterSize: size("CACHE_IMAGE_CONVERTER_SIZE", "10g", "Image-converter cache: size"),
  converterExpires: duration(
    "CACHE_IMAGE_CONVERTER_EXPIRES",
    "7d",
    "Image-converter cache: unused entries go after this time",
  ),
  revalidate: duration(
    "CACHE_REVALIDATE",
    "10m",
    "A cached original older than this is checked against the store, while the stale one is served",
  ),
};
