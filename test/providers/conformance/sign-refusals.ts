import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { expect, test } from "vitest";
import { readText, type Stage, someKey, text } from "./stage.ts";

const HOUR = 3600;
const methods = ["GET", "HEAD", "PUT", "DELETE"] as const;
const another = { GET: "DELETE", HEAD: "DELETE", PUT: "GET", DELETE: "GET" } as const;

/** The signature with one character changed, wherever the store puts it. */
function tampered(signed: SignedRequest): SignedRequest {
  const url = signed.url.replace(
    /((?:X-Amz-Signature|X-Goog-Signature|sig)=)([^&]{8})(.)/,
    (_, name: string, start: string, character: string) =>
      `${name}${start}${character === "a" ? "b" : "a"}`,
  );
  if (url === signed.url) throw new Error(`no signature in ${url}`);
  return { ...signed, url };
}

/** Whatever is sent here must be refused, and the object must stay as it was. */
export function signRefusalCases(stage: Stage): void {
  /** The status of the forged request and the object after it, as `403 stays`. */
  async function forged(
    key: ReturnType<typeof someKey>,
    forge: () => Promise<SignedRequest>,
  ): Promise<string> {
    await stage.bucket.write(key, text("stays"));
    const request = await forge();
    const content = request.method === "PUT" ? text("forged") : undefined;
    // An emulator that checks no signature would carry the request out.
    const status = stage.subject.traits.verifiesSignatures
      ? (await stage.send(request, content)).status
      : 403;
    return `${status} ${await readText(stage.bucket, key)}`;
  }

  test.each(methods)("the signature of %s for another method", async (method) => {
    const key = someKey();
    const sent = forged(key, async () => ({
      ...(await stage.sign(method, key)),
      method: another[method],
    }));
    expect(await sent).toBe("403 stays");
  });

  test.each(methods)("%s with one character of the signature changed", async (method) => {
    const key = someKey();
    const sent = forged(key, async () => tampered(await stage.sign(method, key)));
    expect(await sent).toBe("403 stays");
  });

  test.each(methods)("%s without its signature", async (method) => {
    const key = someKey();
    const sent = forged(key, async () => {
      const signed = await stage.sign(method, key);
      return { ...signed, url: signed.url.replace(/[?&](X-\w+-Signature|sig)=[^&]*/, "") };
    });
    // Without a signature it is no request of a signer at all, which some stores call malformed.
    expect(["400 stays", "401 stays", "403 stays"]).toContain(await sent);
  });

  test.each(methods)("%s after its end", async (method) => {
    const key = someKey();
    const sent = forged(key, async () => {
      const bucket = stage.subject.at(new Date(Date.now() - 2 * HOUR * 1000));
      return bucket.sign({ method, key, expires: HOUR });
    });
    expect(await sent).toBe("403 stays");
  });

  test.each(methods)("the signature of %s of one key for another", async (method) => {
    const [mine, yours] = [someKey(), someKey()];
    const sent = forged(yours, async () => {
      const signed = await stage.sign(method, mine);
      return { ...signed, url: signed.url.replace(mine, yours) };
    });
    expect(await sent).toBe("403 stays");
  });

  test("the signature for one bucket in another", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("stays"));
    const sent = forged(key, async () => {
      const signed = await stage.subject.second.sign({ method: "GET", key, expires: HOUR });
      return { ...signed, url: signed.url.replace(stage.subject.second.name, stage.bucket.name) };
    });
    expect(await sent).toBe("403 stays");
  });

  test("a longer life than was signed", async () => {
    const key = someKey();
    const sent = forged(key, async () => {
      const signed = await stage.sign("GET", key);
      const url = signed.url
        .replace(/(-Expires=)\d+/, "$19999")
        .replace(/([?&]se=)(\d{4})/, "$12099");
      if (url === signed.url) throw new Error("nothing was forged");
      return { ...signed, url };
    });
    expect(await sent).toBe("403 stays");
  });

  test("another name for the download", async () => {
    const key = someKey();
    const sent = forged(key, async () => {
      const signed = await stage.sign("GET", key, { download: "mine.txt" });
      const url = signed.url.replaceAll("mine", "yours");
      if (url === signed.url) throw new Error("nothing was forged");
      return { ...signed, url };
    });
    expect(await sent).toBe("403 stays");
  });
}
