import * as v from "valibot";
import { negotiate } from "../accept.ts";
import type { AppRequest } from "../app.ts";
import { answerPicture, picturesOf, type PictureTask } from "../picture-answer.ts";
import { PICTURE_ANSWERS } from "../picture-headers.ts";
import { convertQuery, toOperation, toConvertWish } from "../picture-query.ts";
import { route } from "../route.ts";
import { bucketName, none, objectKey } from "../schemas.ts";
import type { Services } from "../services.ts";
import { linkSource, ownSource } from "../source.ts";

const DESCRIPTION =
  "The whole picture in a browser's format, upright and in sRGB, through the image-converter cache. Animations stay " +
  "animated as WebP.";

export const getConverted = route({
  method: "GET",
  path: "/converted/{bucket}/{key}",
  summary: "An object as a picture that browsers show",
  description: DESCRIPTION,
  signable: true,
  access: { action: "objects:read", on: ({ params: { bucket, key } }) => `${bucket}/${key}` },
  params: v.object({ bucket: bucketName, key: objectKey }),
  query: convertQuery,
  responses: PICTURE_ANSWERS,
  handle(input, services) {
    const source = ownSource(input.params.bucket, input.params.key, services);
    return answerPicture(input, source, toTask(input.query, input.request, services), services);
  },
});

export const getLinkConverted = route({
  method: "GET",
  path: "/converted",
  summary: "A link's object as a picture that browsers show",
  description: DESCRIPTION,
  signable: true,
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({ link: v.string(), ...convertQuery.entries }),
  responses: PICTURE_ANSWERS,
  handle(input, services) {
    const { link, ...query } = input.query;
    const source = linkSource(link, input, services);
    return answerPicture(input, source, toTask(query, input.request, services), services);
  },
});

function toTask(
  query: v.InferOutput<typeof convertQuery>,
  { headers }: AppRequest,
  services: Services,
): PictureTask {
  const pictures = picturesOf(services);
  const wish = toConvertWish(query, negotiate(headers.get("accept")));
  return {
    cache: "image-converter",
    operation: toOperation("convert", pictures.version, wish),
    negotiated: query.format === undefined || query.format === "auto",
    make: (source) => pictures.convert(source, wish),
  };
}
