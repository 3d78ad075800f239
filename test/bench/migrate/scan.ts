import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../command.ts";
import { printFigures } from "../table.ts";
import { writeFiles } from "./files.ts";
import { runWatched } from "./watched.ts";

/** A dry run over so many files, from a folder into an empty one: nothing but looking. */
export async function scanMany(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-scan-"));
  try {
    writeFiles(join(folder, "files"), count, 0);
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "remote_links.yml"), "");
    const cost = await runWatched(
      process.execPath,
      [main, "migrate", "--from", join(folder, "files"), "--to", "fs://own-private/", "--dry-run"],
      {
        HOME: folder,
        DATA_PATH: join(folder, "data"),
        STORAGE_BUCKET_PREFIX: "own",
        REMOTE_LINKS_FILE: join(folder, "remote_links.yml"),
      },
    );
    const { seconds, cpuSeconds, peakMegabytes } = cost;
    printFigures(`P3  ${count.toLocaleString("en")} entries scanned (--dry-run)`, [
      ["remote-storage", `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU`],
      ["peak memory", `${Math.round(peakMegabytes)} MB  bar: ≤ 512 MB`],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
