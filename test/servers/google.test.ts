import { generateKeyPairSync } from "node:crypto";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import { openGoogle } from "../../functions/providers/google/provider.ts";
import { createRawSend } from "../providers/conformance/raw-send.ts";
import { describeProvider } from "../providers/conformance/suite.ts";
import { startFakeGcsServer } from "./google/fake-gcs-server.ts";
import { startXmlApi } from "./google/xml-api.ts";

describeProvider("google on fake-gcs-server", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const fake = await startFakeGcsServer();
  const xml = await startXmlApi(fake.origin, publicKey);
  for (const name of ["first", "second"]) await fake.createBucket(name);

  const endpoint = { protocol: "http:", hostname: "127.0.0.1", port: xml.port, origin: xml.origin };
  const config = {
    kind: "google",
    endpoint: { ...endpoint, protocol: "http:" },
    credentials: {
      type: "service-account",
      clientEmail: "signer@project.iam.gserviceaccount.com",
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    },
  } as const satisfies GoogleConfig;
  const open = (now: () => Date) =>
    openGoogle(config, { now, policy: { maxExpires: 604_800, window: 0 }, fetch });
  const provider = open(() => new Date());

  return {
    bucket: provider.bucket("first"),
    second: provider.bucket("second"),
    missing: provider.bucket("missing"),
    at: (date) => open(() => date).bucket("first"),
    fetch,
    rawSend: createRawSend(),
    traits: { verifiesSignatures: true, refusesKey: (key) => /[\r\n]/.test(key) },
    close: async () => {
      await xml.close();
      await fake.close();
    },
  };
});
