import { readJson } from "@remote-storage/core/http/read-json.ts";
import { expect, test } from "vitest";

function request(body: string | ReadableStream<Uint8Array>, type = "application/json"): Request {
  const headers = { "content-type": type };
  return new Request("http://x.example", { method: "POST", headers, body, duplex: "half" });
}

test("a body that never ends is given up in time, and its source told", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from("[")),
    cancel: () => {
      cancelled = true;
    },
  });
  await expect(readJson(request(endless), 10)).rejects.toMatchObject({ code: "body_timeout" });
  expect(cancelled).toBe(true);
});

test.each(["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"])(
  "%s is JSON",
  async (type) => {
    expect(await readJson(request('{"a":1}', type), 1000)).toEqual({ a: 1 });
  },
);

test.each(["text/plain", "application/jsonx", "application/x-www-form-urlencoded"])(
  "%s is not",
  async (type) => {
    const refused = readJson(request("{}", type), 1000);
    await expect(refused).rejects.toMatchObject({ code: "unsupported_media_type" });
  },
);
