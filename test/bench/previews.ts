import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sharp from "sharp";
import { serveProcess, type ServedProcess } from "./served.ts";
import { median, printFigures } from "./table.ts";

const COLD = 30;
const CACHED = 2000;
const CONNECTIONS = 16;

/**
 * P4: previews of a 24-megapixel JPEG as 512-pixel WebP, made and from the cache, through the local server.
 * The limit is what libvips takes by itself: `vipsthumbnail`, from Debian's libvips-tools.
 */
export async function benchPreviews(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  try {
    const photo = join(folder, "photo.jpg");
    await writeFile(photo, await toPhoto());
    const limit = await thumbnailCpu(photo, folder);
    const storage = join(folder, "storage", "remote-storage-private");
    await mkdir(storage, { recursive: true });
    await writeFile(join(storage, "photo.jpg"), await readFile(photo));
    const server = await serveProcess(folder);
    try {
      const path = "/previews/private/photo.jpg?width=512&height=512&format=webp";
      await server.fetch(path);
      const before = await server.cpu();
      const times: number[] = [];
      // Another quality is another preview, of an original that the storage cache has.
      for (let quality = 0; quality < COLD; quality += 1) {
        times.push(await timed(() => server.fetch(`${path}&quality=${65 + quality}`)));
      }
      const cpu = ((await server.cpu()) - before) / COLD;
      const seconds = (await timed(() => many(server, path))) / 1000;
      const memory = await server.memory();
      printFigures(`P4  24 MP JPEG → 512 px WebP over HTTP (median of ${COLD}; ${CACHED} cached)`, [
        ["made", `${median(times).toFixed(1)} ms, ${(1000 * cpu).toFixed(1)} ms of processor`],
        ["from the cache", `${Math.round(CACHED / seconds).toLocaleString("en")}/s`],
        ["memory of the server", `${memory} MB`],
        [
          "vipsthumbnail, a process each",
          limit === undefined
            ? "not installed (libvips-tools)"
            : `${(1000 * limit).toFixed(1)} ms of processor  ratio ${(cpu / limit).toFixed(2)}, bar: ≤ 1.2`,
        ],
      ]);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Detail at every scale, as cameras give it, and always the same size. */
async function toPhoto(): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width: 1500, height: 1000, channels: 3, background: "#888", noise } as const;
  const coarse = await sharp({ create }).png().toBuffer();
  return sharp(coarse).resize(6000, 4000).jpeg({ quality: 90 }).toBuffer();
}

/** Seconds of processor time for one; `undefined` where there is none. */
async function thumbnailCpu(photo: string, folder: string): Promise<number | undefined> {
  const times: number[] = [];
  for (let run = 0; run < 10; run += 1) {
    const output = join(folder, "thumb.webp[Q=80]");
    const script = `TIMEFORMAT='%U %S'; time vipsthumbnail '${photo}' -s 512x512 -o '${output}'`;
    const child = spawn("bash", ["-c", script], {
      env: { ...process.env, LC_ALL: "C", VIPS_CONCURRENCY: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    if (code !== 0) return undefined;
    const [user = Number.NaN, system = Number.NaN] = said.trim().split(/\s+/).map(Number);
    times.push(user + system);
  }
  return median(times);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function many(server: ServedProcess, path: string): Promise<void> {
  let left = CACHED;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await server.fetch(path);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}
