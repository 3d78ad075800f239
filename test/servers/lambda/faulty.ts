import type { AppRequest } from "@remote-storage/core/http/app.ts";
import { setTimeout } from "node:timers/promises";
import { route, type Route } from "@remote-storage/core/http/route.ts";
import { none } from "@remote-storage/core/http/schemas.ts";
import { createHandlers } from "../../../functions/aws/handlers.ts";
import { openCachesAndPictures } from "../../../functions/aws/images/caches-and-pictures.ts";

/** What the last request has left behind. */
let left: Promise<unknown> = Promise.resolve();

/** Answers as a service would with mistakes in it. */
const ANSWERS: Readonly<Record<string, (request: AppRequest) => Response | Promise<Response>>> = {
  "/good": () => new Response("good"),
  "/throws": () => {
    throw new Error("a mistake in the code");
  },
  "/hangs": () => new Promise<never>(() => undefined),
  "/large": () => new Response("x".repeat(7_000_000)),
  "/breaks": () => new Response(chunks("half", () => Promise.reject(new Error("it broke off")))),
  "/endless": () => new Response(chunks("half", () => new Promise(() => undefined))),
  "/leaves": () => {
    left = setTimeout(200).then(() =>
      process.stdout.write('{"message":"what was left is done"}\n'),
    );
    return new Response("good");
  },
  "/lingers": () => {
    left = new Promise(() => undefined);
    return new Response("good");
  },
  "/dies": () => {
    setImmediate(() => {
      throw new Error("a mistake outside of every request");
    });
    return new Promise<never>(() => undefined);
  },
};

function chunks(first: string, then: () => Promise<never>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(first)),
    pull: then,
  });
}

const routes: readonly Route[] = Object.entries(ANSWERS).map(([path, answer]) =>
  route({
    method: "GET",
    path,
    summary: path,
    access: "open",
    params: none,
    query: none,
    responses: {},
    handle: ({ request }) => answer(request),
  }),
);

export const { handler, buffered } = createHandlers({
  service: "faulty",
  routes,
  async extend(settings, world) {
    const opened = await openCachesAndPictures(settings, world);
    return { ...opened, settled: () => left.then(() => undefined) };
  },
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
