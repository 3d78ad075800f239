import { startAzurite } from "../../support/azurite.ts";
import { createRawSend } from "../conformance/raw-send.ts";
import type { Subject } from "../conformance/subject.ts";
import { openTestAccount } from "./account.ts";

/** As Azure documents its names, not as the product checks them. */
function refusesKey(key: string): boolean {
  const segments = key.split("/");
  return (
    segments.length > 254 ||
    segments.some((segment) => segment.endsWith(".")) ||
    /[\p{Cc}\\]/u.test(key)
  );
}

/** Azurite under the suite; an identity takes https. */
export async function openAzuriteSubject(as: "key" | "identity"): Promise<Subject> {
  const azurite = await startAzurite({ https: as === "identity" });
  await azurite.createContainer("first");
  await azurite.createContainer("second");
  const account = openTestAccount(azurite, as);
  return {
    bucket: account.bucket("first"),
    second: account.bucket("second"),
    missing: account.bucket("missing"),
    at: (date) => openTestAccount(azurite, as, () => date).bucket("first"),
    fetch,
    rawSend: createRawSend(azurite.certificate),
    traits: { verifiesSignatures: true, refusesKey, ordersByUtf16: true },
    close: () => azurite.close(),
  };
}
