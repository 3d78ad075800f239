import { createHandlers } from "../handlers.ts";
import { OBJECT_ROUTES } from "./routes.ts";

/** Objects, signatures, uploads and links. */
export const { handler, buffered } = createHandlers({
  service: "objects",
  routes: OBJECT_ROUTES,
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
