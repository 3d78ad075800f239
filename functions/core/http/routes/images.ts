import * as v from "valibot";
import { picturesOf } from "../picture-answer.ts";
import { FACTS_HEADERS, FACTS_UNCHANGED } from "../picture-headers.ts";
import { pictureTwins } from "../picture-twins.ts";
import type { Answer } from "../route.ts";
import { flag } from "../schemas.ts";

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

export const [getImage, getLinkImage] = pictureTwins({
  path: "/images",
  summaries: ["What an object is as a picture", "What a link's object is as a picture"],
  description:
    "What a picture is, through the previews cache. `width` and `height` are those of the upright picture, as previews " +
    "are of it.",
  query,
  linkQuery: v.object({ link: v.string(), ...query.entries }),
  responses,
  toTask({ values = true }, _request, services) {
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
  },
});
