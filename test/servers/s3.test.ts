import { describeProvider } from "../providers/conformance/suite.ts";
import { startMinio } from "./minio.ts";
import { startRadosgw } from "./radosgw.ts";
import { s3Subject } from "./s3-subject.ts";

describeProvider("s3 on MinIO", async () =>
  s3Subject(await startMinio(), { verifiesSignatures: true }),
);

describeProvider("s3 on radosgw", async () =>
  s3Subject(await startRadosgw(), { verifiesSignatures: true }),
);
