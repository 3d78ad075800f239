import { createHandlers } from "../handlers.ts";
import { ROUTES } from "./routes.ts";

/** Objects, signatures, uploads and links. */
export const { handler, buffered } = createHandlers({
  service: "objects",
  routes: ROUTES,
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
