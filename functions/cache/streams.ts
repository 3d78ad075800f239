import type { Offsets } from "@remote-storage/core/http/range.ts";
import type { Body } from "./cache-store.ts";

type Bytes = ReadableStream<Uint8Array>;

/** Chunk after chunk; `cancel` also before the first is asked for, which a generator would not notice. */
export function toStream(
  next: () => Promise<Uint8Array | undefined>,
  cancel: () => Promise<void>,
): Bytes {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

function toReadable(body: Body): Bytes {
  if (body instanceof ReadableStream) return body;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (body.byteLength > 0) controller.enqueue(body);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The bytes of a range of a stream; the rest before is dropped, the rest after is not asked for. */
export function cut(stream: Bytes, { start, end }: Offsets): Bytes {
  const reader = stream.getReader();
  let position = 0;

  async function next(): Promise<Uint8Array | undefined> {
    while (position <= end) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      const piece = value.subarray(Math.max(0, start - position), end + 1 - position);
      position += value.byteLength;
      if (piece.byteLength > 0) return piece;
    }
    await reader.cancel();
    return undefined;
  }

  return toStream(next, () => reader.cancel());
}

/**
 * A stream of `size` bytes: where it fails or ends early, `resume` goes on from the position reached. What fails then
 * is thrown.
 */
export function resumed(
  stream: Bytes,
  size: number,
  resume: (position: number, error: unknown) => Promise<Bytes>,
): Bytes {
  let reader = stream.getReader();
  let position = 0;
  let resumes = 0;

  async function next(): Promise<Uint8Array | undefined> {
    let failure: unknown;
    try {
      const { done, value } = await reader.read();
      if (!done) {
        position += value.byteLength;
        return value;
      }
      if (position >= size || resumes > 0) return undefined;
    } catch (error) {
      if (resumes > 0) throw error;
      failure = error;
    }
    resumes += 1;
    reader = (await resume(position, failure)).getReader();
    return next();
  }

  return toStream(next, () => reader.cancel());
}

/** A stream that tells of each chunk and of its end, however it comes; `fail` chooses what is thrown. */
export function watched(
  stream: Bytes,
  watch: {
    readonly chunk: () => void;
    readonly end: () => void;
    readonly fail: (error: unknown) => unknown;
  },
): Bytes {
  const reader = stream.getReader();

  async function next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await reader.read();
      if (done) watch.end();
      else watch.chunk();
      return value;
    } catch (error) {
      watch.end();
      throw watch.fail(error);
    }
  }

  return toStream(next, () => {
    watch.end();
    return reader.cancel();
  });
}

/** One body after the other, each asked for while the one before is read. */
export function joined(bodies: readonly (() => Promise<Body>)[]): Bytes {
  let index = 0;
  let ahead: Promise<Bytes> | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  function ask(): Promise<Bytes> | undefined {
    const asked = bodies[index]?.().then(toReadable);
    index += 1;
    // Its failure is thrown when its turn has come.
    asked?.catch(() => undefined);
    return asked;
  }

  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (reader === undefined) {
        const stream = await (ahead ?? ask());
        if (stream === undefined) return undefined;
        reader = stream.getReader();
        ahead = ask();
      }
      const { done, value } = await reader.read();
      if (!done) return value;
      reader = undefined;
      if (ahead === undefined) return undefined;
    }
  }

  return toStream(next, async () => {
    await reader?.cancel();
    await ahead?.then(discard, () => undefined);
  });
}

/** Bytes of a body that nobody wants. */
export function discard(stream: Bytes): void {
  stream.cancel().catch(() => undefined);
}
