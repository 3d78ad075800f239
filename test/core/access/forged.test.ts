import { exportSPKI, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKey } from "../../support/openid-provider.ts";
import { AUDIENCE, openStage, type Stage } from "./openid-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.provider.close());
beforeEach(() => stage.reset());

describe("a forged JWT", () => {
  test("of an unknown key is refused", async () => {
    const strange = await createKey("strange", "RS256");
    expect(await stage.refusal(await stage.forge({}, strange))).toContain("no such key");
  });

  test("of another key under a known id is refused", async () => {
    const { privateKey } = await createKey("other", "RS256");
    expect(await stage.refusal(await stage.forge({}, { ...stage.key(), privateKey }))).toContain(
      "signature",
    );
  });

  test("without a signature is refused: alg none", async () => {
    const unsigned = new UnsecuredJWT({
      iss: stage.provider.issuer,
      aud: AUDIENCE,
      groups: "data-team",
    })
      .setExpirationTime("1m")
      .encode();
    expect(await stage.refusal(`${unsigned}x`)).toContain("algorithm");
    expect(await stage.refusal(unsigned)).toContain("algorithm");
  });

  test("signed with the public key as an HMAC secret is refused", async () => {
    const { publicKey, kid } = stage.key();
    const secret = new TextEncoder().encode(await exportSPKI(publicKey));
    const payload = { iss: stage.provider.issuer, aud: AUDIENCE, groups: "data-team" };
    for (const alg of ["HS256", "HS384", "HS512"]) {
      const signer = new SignJWT(payload).setProtectedHeader({ alg, kid }).setExpirationTime("1m");
      expect(await stage.refusal(await signer.sign(secret))).toContain("algorithm");
    }
  });

  test.each(["RS384", "RS512", "PS512"])(
    "of an algorithm off the list is refused: %s",
    async (alg) => {
      const other = await createKey("key-RS256", alg);
      expect(await stage.refusal(await stage.forge({}, other))).toContain("algorithm");
    },
  );

  test("is refused whichever byte of it was changed", async () => {
    const token = await stage.forge();
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === "A" ? "B" : "A";
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      // The last character of a part may hold bits that decode to nothing.
      const same = decoded(changed) === decoded(token);
      expect(same || (await stage.refusal(changed)) !== "").toBe(true);
    }
  });

  test.each(["a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9.e30.", `${"a".repeat(9000)}.b.c`])(
    "that is none is refused: %#",
    async (token) => {
      expect(await stage.refusal(token)).toContain("no JWT");
    },
  );
});

function decoded(token: string): string {
  return token
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("hex"))
    .join(".");
}
