import type { Pictures, PictureSource } from "@remote-storage/core/pictures/pictures.ts";
import { animate, movesOn } from "./animate.ts";
import { prepareEngine } from "./engine.ts";
import { inspect, readAll } from "./inspect.ts";
import { layOut } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { openFile } from "./picture-file.ts";
import { createQueue } from "./queue.ts";
import { render } from "./render.ts";

/** Originals held in memory for each picture that is worked on: some arrive while others are decoded. */
const HELD = 4;

/** What makes the pictures. */
export type Studio = Pick<Pictures, "preview" | "convert" | "inspect">;

/** Makes pictures with libvips, few at a time. Sets libvips up for the whole process. */
export function openStudio(limits: Limits): Studio {
  prepareEngine();
  const hold = createQueue({ ...limits, concurrency: limits.concurrency * HELD });
  const work = createQueue(limits);
  const inTurn = <Value>(source: PictureSource, make: (bytes: Uint8Array) => Promise<Value>) =>
    hold(async () => {
      const bytes = await readAll(source, limits);
      return work(() => make(bytes));
    });
  return {
    preview: (source, wish) =>
      inTurn(source, async (bytes) => {
        const file = await openFile(bytes, wish.page ?? 0, limits);
        return render(file, wish, layOut(file, wish));
      }),
    convert: (source, wish) =>
      inTurn(source, async (bytes) => {
        const file = await openFile(bytes, wish.page ?? 0, limits);
        if (movesOn(file, wish)) return animate(file, wish);
        const { width, height } = file;
        return render(file, wish, layOut(file, { width, height, fit: "inside" }));
      }),
    inspect: (source, values) => hold(() => work(() => inspect(source, values, limits))),
  };
}
