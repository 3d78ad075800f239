import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { createRawSend } from "../conformance/raw-send.ts";
import { describeProvider } from "../conformance/suite.ts";
import { contextAt, startService } from "./service.ts";

describeProvider("disk", async () => {
  const service = await startService(["one-private", "one-public"]);
  return {
    bucket: service.provider.bucket("one-private"),
    second: service.provider.bucket("one-public"),
    // Any name may become a folder: only one that is no name of a bucket does not exist.
    missing: service.provider.bucket(".no-bucket"),
    at: (date) =>
      openDisk(
        service.config,
        contextAt(() => date),
      ).bucket("one-private"),
    fetch,
    rawSend: createRawSend(),
    traits: { verifiesSignatures: true },
    close: () => service.close(),
  };
});
