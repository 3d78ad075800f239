import type { Pictures } from "@remote-storage/core/pictures/pictures.ts";
import type { Limits } from "./limits.ts";
import { FORMATS } from "./sniff.ts";

/** Raise it when the same wish gives another picture than before: what is cached is then made again. */
const REVISION = "1";

/** Pictures made with libvips, which is loaded with the first of them. */
export function openPictures(limits: Limits): Pictures {
  let loading: ReturnType<typeof load> | undefined;
  async function load() {
    const { openStudio } = await import("./studio.ts");
    return openStudio(limits);
  }
  const studio = () => (loading ??= load());
  return {
    version: REVISION,
    formats: FORMATS,
    preview: async (source, wish) => (await studio()).preview(source, wish),
    convert: async (source, wish) => (await studio()).convert(source, wish),
    inspect: async (source, values) => (await studio()).inspect(source, values),
  };
}
