import type { Route } from "./route.ts";
import { listCaches, purgeCache } from "./routes/caches.ts";
import { getContent, getLinkContent } from "./routes/content.ts";
import { getConverted, getLinkConverted } from "./routes/converted.ts";
import { getImage, getLinkImage } from "./routes/images.ts";
import { getLinkPreview, getPreview } from "./routes/previews.ts";

/** What goes through the caches: content, previews, converted pictures, metadata; and the caches. */
export const PICTURE_ROUTES: readonly Route[] = [
  getContent,
  getLinkContent,
  getPreview,
  getLinkPreview,
  getConverted,
  getLinkConverted,
  getImage,
  getLinkImage,
  listCaches,
  purgeCache,
];
