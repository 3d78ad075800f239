import * as v from "valibot";
import { negotiate } from "../accept.ts";
import { picturesOf } from "../picture-answer.ts";
import { PICTURE_ANSWERS } from "../picture-headers.ts";
import { convertQuery, toConvertWish, toOperation } from "../picture-query.ts";
import { pictureTwins } from "../picture-twins.ts";

export const [getConverted, getLinkConverted] = pictureTwins({
  path: "/converted",
  summaries: [
    "An object as a picture that browsers show",
    "A link's object as a picture that browsers show",
  ],
  description:
    "The whole picture in a browser's format, upright and in sRGB, through the image-converter cache. Animations stay " +
    "animated as WebP.",
  signable: true,
  query: convertQuery,
  linkQuery: v.object({ link: v.string(), ...convertQuery.entries }),
  responses: PICTURE_ANSWERS,
  toTask(query, { headers }, services) {
    const pictures = picturesOf(services);
    const wish = toConvertWish(query, negotiate(headers.get("accept")));
    return {
      cache: "image-converter",
      operation: toOperation("convert", pictures.version, wish),
      negotiated: query.format === undefined || query.format === "auto",
      make: (source) => pictures.convert(source, wish),
    };
  },
});
