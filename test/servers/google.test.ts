import { generateKeyPairSync } from "node:crypto";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import { openProvider } from "../../functions/providers/registry.ts";
import { createRawSend } from "../providers/conformance/raw-send.ts";
import type { Subject } from "../providers/conformance/subject.ts";
import { describeProvider } from "../providers/conformance/suite.ts";
import { startFakeGcsServer } from "./google/fake-gcs-server.ts";
import type { Signer } from "./google/verify-signature.ts";
import { startXmlApi } from "./google/xml-api.ts";
import { context, endpointOf } from "./s3-subject.ts";

async function open(credentials: GoogleConfig["credentials"], signer: Signer): Promise<Subject> {
  const fake = await startFakeGcsServer();
  const xml = await startXmlApi(fake.origin, signer);
  for (const name of ["first", "second"]) await fake.createBucket(name);

  const config = { kind: "google", endpoint: endpointOf(xml.origin), credentials } as const;
  const provider = await openProvider(config, context);
  let date = new Date();
  const then = await openProvider(config, { ...context, now: () => date });
  return {
    bucket: provider.bucket("first"),
    second: provider.bucket("second"),
    missing: provider.bucket("missing"),
    at(moment) {
      date = moment;
      return then.bucket("first");
    },
    fetch,
    rawSend: createRawSend(),
    traits: { verifiesSignatures: true, refusesKey: (key) => /[\r\n]/.test(key) },
    close: async () => {
      await xml.close();
      await fake.close();
    },
  };
}

describeProvider("google on fake-gcs-server, as a service account", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const clientEmail = "signer@project.iam.gserviceaccount.com";
  return open({ type: "service-account", clientEmail, privateKey: pem }, { publicKey });
});

describeProvider("google on fake-gcs-server, with an HMAC key", async () => {
  const secretKey = "secret/of+the=key";
  return open({ type: "keys", accessKey: "GOOG1EXAMPLE", secretKey }, { secretKey });
});
