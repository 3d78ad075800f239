import type { Encoding } from "../pictures/pictures.ts";

/**
 * What a client that sends this `Accept` is given. Formats count only when they are named: browsers say
 * `image/*` whether they know AVIF or not. Of WebP and AVIF at the same weight it is WebP, which is made in a
 * fraction of the time.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function negotiate(accept: string | null): readonly Encoding[] {
  const weights = new Map(
    (accept ?? "").split(",").map((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return [type, q === undefined ? 1 : Number(q.slice(2)) || 0];
    }),
  );
  const weight = (type: string) => weights.get(`image/${type}`) ?? 0;
  const named: Encoding[] = weight("avif") > weight("webp") ? ["avif", "webp"] : ["webp", "avif"];
  return [...named.filter((type) => weight(type) > 0), "plain"];
}
