import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { diskUsage } from "../cache/disk-usage.ts";
import { openPlace } from "../local/command.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { type ServedCommand, serveCommand } from "./serve-command.ts";

const MEGABYTE = 1024 * 1024;
const LIMIT = 50 * MEGABYTE;
const ROUNDS = 5;
/** Megabytes of pictures in a round. */
const FILLED = propertyRuns(40, 100);

/** Photographs to vary, where `PICTURES` names a folder of some; else noise at several scales. */
async function base(): Promise<Buffer[]> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) {
    const names = readdirSync(folder).filter((name) => /\.(?:jpe?g|png|tiff?)$/.test(name));
    return names.map((name) => readFileSync(join(folder, name)));
  }
  const coarse = [3, 40, 400].map((width) => {
    const noise = { type: "gaussian", mean: 128, sigma: 50 } as const;
    const create = { width, height: width, channels: 3, background: "#888", noise } as const;
    return sharp({ create }).png().toBuffer();
  });
  return Promise.all(coarse);
}

/** Puts JPEGs and TIFFs of 2000 × 1500 pixels into the folder; their names. */
async function makePictures(folder: string, bases: readonly Buffer[], round: number) {
  const names: string[] = [];
  for (let bytes = 0; bytes < FILLED * MEGABYTE;) {
    const number = names.length;
    const varied = sharp(bases[number % bases.length], { limitInputChannels: false })
      .resize(2000, 1500, { fit: "fill" })
      .toColourspace("srgb")
      .modulate({ hue: (37 * number + 11 * round) % 360 });
    const tiff = number % 4 === 0;
    const body = await (
      tiff ? varied.tiff({ compression: "none" }) : varied.jpeg({ quality: 95 })
    ).toBuffer();
    const name = `${round}-${number}.${tiff ? "tif" : "jpg"}`;
    writeFileSync(join(folder, name), body);
    names.push(name);
    bytes += body.length;
  }
  return names;
}

test("50 MB filled with 500 MB of pictures stays within its size, through kill -9, without a wrong byte, and starts with what it had", async () => {
  const place = await openPlace();
  const originals = join(place.folder, "data/storage/remote-storage-private");
  const cache = join(place.folder, "data/cache/storage");
  mkdirSync(originals, { recursive: true });
  const bases = await base();
  const start = () => serveCommand(place, { CACHE_STORAGE_SIZE: "50m" });
  let served = await start();
  for (let round = 0; round < ROUNDS; round += 1) {
    const names = await makePictures(originals, bases, round);
    for (const name of names) {
      await readRight(served, originals, name);
      expect(diskUsage(cache)).toBeLessThanOrEqual(LIMIT);
    }
    // The first of the round have gone by now, and are on their way again when it is killed.
    const cut = names.slice(0, 8).map((name) => read(served, name).catch(() => undefined));
    await Promise.race(cut);
    await served.kill();
    await Promise.all(cut);
    expect(diskUsage(cache)).toBeLessThanOrEqual(LIMIT);

    served = await start();
    const found: string[] = [];
    for (const name of names.toReversed()) {
      found.push(await readRight(served, originals, name));
      expect(diskUsage(cache)).toBeLessThanOrEqual(LIMIT);
    }
    expect(found.filter((status) => !status.includes("miss")).length).toBeGreaterThan(2);
  }
}, 600_000);

async function readRight(served: ServedCommand, folder: string, name: string): Promise<string> {
  const { body, status } = await read(served, name);
  expect({ name, right: body.equals(readFileSync(join(folder, name))) }).toEqual({
    name,
    right: true,
  });
  return status;
}

async function read({ url, token }: ServedCommand, name: string) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/content/private/${name}`, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  expect(response.status).toBe(200);
  return { body, status: response.headers.get("cache-status") ?? "" };
}
