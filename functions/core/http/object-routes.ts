import type { Route } from "./route.ts";
import { copyObject, deleteObjects } from "./routes/object-bulk.ts";
import { listObjects } from "./routes/object-list.ts";
import { deleteObject, getObject, headObject, putObject } from "./routes/objects.ts";
import { sign } from "./routes/sign.ts";
import { abortUpload, completeUpload } from "./routes/upload-end.ts";
import { createUpload, getUpload, signUploadParts } from "./routes/uploads.ts";

/** Objects of the two own buckets, signatures, uploads. */
export const OBJECT_ROUTES: readonly Route[] = [
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
];
