import { expect, test } from "vitest";
import { ALLOWED_ORIGIN } from "./host.ts";
import type { Topic } from "./suite.ts";

const preflight = {
  origin: ALLOWED_ORIGIN,
  "access-control-request-method": "PUT",
  "access-control-request-headers": "authorization,content-type",
};

export const testCors: Topic = (stage) => {
  test.each(["/objects/private/x", "/sign"])("a preflight of %s needs no token", async (target) => {
    const answer = await stage().host.request("OPTIONS", target, preflight);
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": ALLOWED_ORIGIN,
      "access-control-allow-methods": expect.stringContaining("PUT"),
      "access-control-allow-headers": "authorization,content-type",
      "access-control-max-age": expect.stringMatching(/^\d+$/),
      vary: expect.stringContaining("Origin"),
    });
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("another origin is allowed nothing", async () => {
    const headers = { ...preflight, origin: "https://evil.example" };
    const answer = await stage().host.request("OPTIONS", "/objects/private/x", headers);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("access-control-allow-methods")).toBeNull();
    expect(answer.headers.get("vary")).toContain("Origin");
  });

  test("answers and refusals may be read by the allowed origin", async () => {
    const { host, client } = stage();
    const origin = ALLOWED_ORIGIN;
    const answers = [
      await client.send("GET", "/objects/public/cors", { origin }),
      await host.request("GET", "/objects/public/cors", { origin }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([307, 401]);
    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      const exposed = headers.get("access-control-expose-headers");
      for (const name of [
        "ETag",
        "Content-Range",
        "Cache-Status",
        "X-Request-Id",
        "X-Original-Width",
      ]) {
        expect(exposed).toContain(name);
      }
    }
  });
};
