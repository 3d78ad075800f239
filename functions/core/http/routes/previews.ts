import * as v from "valibot";
import { negotiate } from "../accept.ts";
import type { AppRequest } from "../app.ts";
import { answerPicture, picturesOf, type PictureTask } from "../picture-answer.ts";
import { PICTURE_ANSWERS } from "../picture-headers.ts";
import { previewQuery, toOperation, toPreviewWish } from "../picture-query.ts";
import { route } from "../route.ts";
import { bucketName, none, objectKey } from "../schemas.ts";
import type { Services } from "../services.ts";
import { linkSource, ownSource } from "../source.ts";

const DESCRIPTION =
  "A small copy for screens, upright and in sRGB, through the previews cache. Without width and height its longer " +
  "side is 512 pixels at most. Of an animation it is one frame.";

export const getPreview = route({
  method: "GET",
  path: "/previews/{bucket}/{key}",
  summary: "A preview of an object",
  description: DESCRIPTION,
  signable: true,
  access: { action: "objects:read", on: ({ params: { bucket, key } }) => `${bucket}/${key}` },
  params: v.object({ bucket: bucketName, key: objectKey }),
  query: previewQuery,
  responses: PICTURE_ANSWERS,
  handle(input, services) {
    const source = ownSource(input.params.bucket, input.params.key, services);
    return answerPicture(input, source, toTask(input.query, input.request, services), services);
  },
});

export const getLinkPreview = route({
  method: "GET",
  path: "/previews",
  summary: "A preview of a link's object",
  description: DESCRIPTION,
  signable: true,
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({ link: v.string(), ...previewQuery.entries }),
  responses: PICTURE_ANSWERS,
  handle(input, services) {
    const { link, ...query } = input.query;
    const source = linkSource(link, input, services);
    return answerPicture(input, source, toTask(query, input.request, services), services);
  },
});

function toTask(
  query: v.InferOutput<typeof previewQuery>,
  { headers }: AppRequest,
  services: Services,
): PictureTask {
  const pictures = picturesOf(services);
  const wish = toPreviewWish(query, negotiate(headers.get("accept")));
  return {
    cache: "previews",
    operation: toOperation("preview", pictures.version, wish),
    negotiated: query.format === undefined || query.format === "auto",
    make: (source) => pictures.preview(source, wish),
  };
}
