import type { Route } from "./route.ts";
import { listCaches, purgeCache } from "./routes/caches.ts";
import { getContent, getLinkContent } from "./routes/content.ts";
import { getConverted, getLinkConverted } from "./routes/converted.ts";
import { getImage, getLinkImage } from "./routes/images.ts";
import { getLink, headLink } from "./routes/link.ts";
import { getSetItem, headSetItem, listSetItems } from "./routes/link-set-items.ts";
import { deleteSet, getSet, listSets, putSet } from "./routes/link-sets.ts";
import { listProviders, resolveLinks } from "./routes/links.ts";
import { metrics } from "./routes/metrics.ts";
import { copyObject, deleteObjects } from "./routes/object-bulk.ts";
import { listObjects } from "./routes/object-list.ts";
import { deleteObject, getObject, headObject, putObject } from "./routes/objects.ts";
import { withOpenApi } from "./routes/openapi.ts";
import { getLinkPreview, getPreview } from "./routes/previews.ts";
import { capabilities, health } from "./routes/service.ts";
import { sign } from "./routes/sign.ts";
import { abortUpload, completeUpload } from "./routes/upload-end.ts";
import { createUpload, getUpload, signUploadParts } from "./routes/uploads.ts";

/** Everything the service answers. */
export const ROUTES: readonly Route[] = withOpenApi([
  listObjects,
  getObject,
  headObject,
  putObject,
  deleteObject,
  deleteObjects,
  copyObject,
  sign,
  createUpload,
  getUpload,
  signUploadParts,
  completeUpload,
  abortUpload,
  getLink,
  headLink,
  resolveLinks,
  listProviders,
  listSets,
  getSet,
  putSet,
  deleteSet,
  listSetItems,
  getSetItem,
  headSetItem,
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
  health,
  metrics,
  capabilities,
]);
