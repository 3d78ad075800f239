import * as v from "valibot";
import { negotiate } from "../accept.ts";
import { picturesOf } from "../picture-answer.ts";
import { PICTURE_ANSWERS } from "../picture-headers.ts";
import { previewQuery, toOperation, toPreviewWish } from "../picture-query.ts";
import { pictureTwins } from "../picture-twins.ts";

export const [getPreview, getLinkPreview] = pictureTwins({
  path: "/previews",
  summaries: ["A preview of an object", "A preview of a link's object"],
  description:
    "A small copy for screens, upright and in sRGB, through the previews cache. Without width and height its longer " +
    "side is 512 pixels at most. Of an animation it is one frame.",
  signable: true,
  query: previewQuery,
  linkQuery: v.object({ link: v.string(), ...previewQuery.entries }),
  responses: PICTURE_ANSWERS,
  toTask(query, { headers }, services) {
    const pictures = picturesOf(services);
    const wish = toPreviewWish(query, negotiate(headers.get("accept")));
    return {
      cache: "previews",
      operation: toOperation("preview", pictures.version, wish),
      negotiated: query.format === undefined || query.format === "auto",
      make: (source) => pictures.preview(source, wish),
    };
  },
});
