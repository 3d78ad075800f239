import { createHandlers } from "../handlers.ts";
import { openCachesAndPictures } from "./caches-and-pictures.ts";
import { ROUTES } from "./routes.ts";

/** Content, previews, converted pictures and the caches. */
export const { handler, buffered } = createHandlers({
  service: "images",
  routes: ROUTES,
  extend: openCachesAndPictures,
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
