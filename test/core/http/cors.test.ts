import type { Reply } from "@remote-storage/core/http/app.ts";
import { withCors } from "@remote-storage/core/http/cors.ts";
import { expect, test } from "vitest";

const ok = () => Promise.resolve(new Response("ok"));

function ask(origins: readonly string[], headers: Record<string, string>): Promise<Reply> {
  const request = new Request("http://x.example", { headers });
  return withCors(origins, ok)(request, { target: "/" });
}

test("* lets everyone read, without credentials, and caches need not tell origins apart", async () => {
  const { headers } = await ask(["*"], { origin: "https://any.example" });
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-allow-credentials")).toBeNull();
  expect(headers.get("vary")).toBeNull();
});

test("without origins nothing is added", async () => {
  const { headers } = await ask([], { origin: "https://any.example" });
  expect([...headers.keys()]).toEqual(["content-type"]);
});

test.each(["https://app.example.evil", "https://APP.example", "null", "http://app.example"])(
  "%s is not https://app.example",
  async (origin) => {
    const { headers } = await ask(["https://app.example"], { origin });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("vary")).toBe("Origin");
  },
);
