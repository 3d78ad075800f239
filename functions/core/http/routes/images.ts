import * as v from "valibot";
import { answerPicture, picturesOf, type PictureTask } from "../picture-answer.ts";
import { FACTS_HEADERS, FACTS_UNCHANGED } from "../picture-headers.ts";
import { route, type Answer } from "../route.ts";
import { bucketName, flag, none, objectKey } from "../schemas.ts";
import type { Services } from "../services.ts";
import { linkSource, ownSource } from "../source.ts";

const DESCRIPTION =
  "What a picture is, through the previews cache. `width` and `height` are those of the upright picture, as previews " +
  "are of it.";

const query = v.object({
  values: v.exactOptional(
    v.pipe(
      flag,
      v.description(
        "`false`: without `min` and `max`, which take all of the object; the head of JPEG, PNG and TIFF is then enough.",
      ),
    ),
  ),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const facts = v.object({
  format: v.pipe(v.string(), v.description("`jpeg`, `tiff`, …")),
  width: count,
  height: count,
  bands: count,
  depth: v.pipe(v.string(), v.description("Of one value: `uint8`, `uint16`, `float32`, …")),
  space: v.pipe(v.string(), v.description("Colour space: `srgb`, `b-w`, `cmyk`, …")),
  alpha: v.pipe(v.boolean(), v.description("Whether the last band is transparency.")),
  pages: count,
  orientation: v.pipe(v.number(), v.description("EXIF's, 1 to 8.")),
  min: v.exactOptional(v.pipe(v.number(), v.description("Of all bands but transparency."))),
  max: v.exactOptional(v.number()),
});

const responses: Readonly<Record<number, Answer>> = {
  200: {
    description: "The facts.",
    headers: FACTS_HEADERS,
    content: { "application/json": facts },
  },
  304: FACTS_UNCHANGED,
};

export const getImage = route({
  method: "GET",
  path: "/images/{bucket}/{key}",
  summary: "What an object is as a picture",
  description: DESCRIPTION,
  access: { action: "objects:read", on: ({ params: { bucket, key } }) => `${bucket}/${key}` },
  params: v.object({ bucket: bucketName, key: objectKey }),
  query,
  responses,
  handle(input, services) {
    const source = ownSource(input.params.bucket, input.params.key, services);
    return answerPicture(input, source, toTask(input.query, services), services);
  },
});

export const getLinkImage = route({
  method: "GET",
  path: "/images",
  summary: "What a link's object is as a picture",
  description: DESCRIPTION,
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({ link: v.string(), ...query.entries }),
  responses,
  handle(input, services) {
    const source = linkSource(input.query.link, input, services);
    return answerPicture(input, source, toTask(input.query, services), services);
  },
});

function toTask({ values = true }: v.InferOutput<typeof query>, services: Services): PictureTask {
  const pictures = picturesOf(services);
  return {
    cache: "previews",
    operation: { kind: "facts", version: pictures.version, values },
    negotiated: false,
    async make(source) {
      const body = Buffer.from(JSON.stringify(await pictures.inspect(source, values)));
      return { body, type: "application/json", headers: {} };
    },
  };
}
