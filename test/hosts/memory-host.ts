import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "@remote-storage/core/http/app.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";
import { silentLog } from "@remote-storage/core/log.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { ownConfig } from "../../functions/local/own-config.ts";
import { openMount } from "../../functions/local/s3-mount.ts";
import { openDiskCaches } from "../../functions/cache/open-disk-caches.ts";
import { defaultLimits } from "../../functions/images/limits.ts";
import { openPictures } from "../../functions/images/open-pictures.ts";
import { createService } from "../../functions/service.ts";
import { openStorage } from "../../functions/storage.ts";
import { environment, REMOTE_LINKS, type Host } from "./host.ts";

/**
 * The app called as a function, on the disk provider: what every host adds nothing to.
 *
 * @param through what stands between a client and the app.
 */
export async function openMemoryHost(
  through: (app: App) => Host["request"] = direct,
): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), "memory-host-"));
  await writeFile(join(folder, "remote_links.yml"), REMOTE_LINKS);
  const origin = "http://memory.example";
  const env = { ...environment(folder), PUBLIC_URL: origin };
  const settings = parseSettings(env, readFile);
  const own = ownConfig(settings);
  const remoteLinks = REMOTE_LINKS;
  const storage = await openStorage({ settings, own, remoteLinks, env, readFile, now, fetch });
  const mount = await openMount(own, settings, now);
  const log = silentLog;
  const opened = openDiskCaches(settings, { now, log });
  const { caches } = opened;
  const app = createService(ROUTES, {
    settings,
    storage,
    log,
    now,
    fetch,
    caches,
    pictures: openPictures(defaultLimits(2)),
    mount,
    audit: () => undefined,
  });
  return {
    origin,
    request: through(app),
    async close() {
      await opened.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function direct(app: App): Host["request"] {
  return async (method, target, headers = {}, body) => {
    const request = new Request("http://memory.example", {
      method,
      headers: { host: "memory.example", ...length(body), ...headers },
      ...(body !== undefined && { body: toStream(body), duplex: "half" }),
    });
    const response = await app(request, { target });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body: bytes };
  };
}

function length(body: unknown): Record<string, string> {
  return typeof body === "string" || body instanceof Uint8Array
    ? { "content-length": String(Buffer.byteLength(body)) }
    : {};
}

function toStream(body: string | Uint8Array | AsyncIterable<Uint8Array>) {
  return typeof body === "string" || body instanceof Uint8Array
    ? ReadableStream.from([Buffer.from(body)])
    : ReadableStream.from(body);
}

function readFile(path: string): string {
  return readFileSync(path, "utf8");
}

function now(): Date {
  return new Date();
}
