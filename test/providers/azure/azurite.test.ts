import { startAzurite } from "../../support/azurite.ts";
import { createRawSend } from "../conformance/raw-send.ts";
import { describeProvider } from "../conformance/suite.ts";
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

async function open(https: boolean): Promise<Subject> {
  const azurite = await startAzurite({ https });
  await azurite.createContainer("first");
  await azurite.createContainer("second");
  const account = openTestAccount(azurite, https ? "identity" : "key");
  return {
    bucket: account.bucket("first"),
    second: account.bucket("second"),
    missing: account.bucket("missing"),
    at: (date) => openTestAccount(azurite, https ? "identity" : "key", () => date).bucket("first"),
    fetch,
    rawSend: createRawSend(azurite.certificate),
    traits: { verifiesSignatures: true, refusesKey, ordersByUtf16: true },
    close: () => azurite.close(),
  };
}

describeProvider("Azure with an account key", () => open(false));
describeProvider("Azure with an identity, over https", () => open(true));
