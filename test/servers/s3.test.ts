import { describeProvider } from "../providers/conformance/suite.ts";
import { startMinio } from "./minio.ts";
import { startRadosgw } from "./radosgw.ts";
import { s3Subject } from "./s3-subject.ts";

/** Empty and dot segments, and segments that a file system cannot name; leading slashes it drops. */
function refusedByMinio(key: string): boolean {
  const segments = key.replace(/^\/+/, "").replace(/\/$/, "").split("/");
  return segments.some((name) => ["", ".", ".."].includes(name) || Buffer.byteLength(name) > 255);
}

describeProvider("s3 on MinIO", async () =>
  s3Subject(await startMinio(), {
    verifiesSignatures: true,
    refusesKey: refusedByMinio,
    hidesBelowObjects: true,
    dropsLeadingSlash: true,
  }),
);

describeProvider("s3 on radosgw", async () =>
  s3Subject(await startRadosgw(), {
    verifiesSignatures: true,
    ignoresChecksums: true,
    comparesFirst: true,
  }),
);
