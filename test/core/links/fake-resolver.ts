import { createLinkResolver } from "../../../functions/core/links/resolver.ts";
import { fakeBucket, fakeProvider } from "./fake-provider.ts";

const whole = (bucket: string) => ({ bucket, prefix: "" });

/** Providers of each kind, with buckets listed whole, by prefix, and twice. */
export const resolver = createLinkResolver({
  entries: [
    {
      name: "my-car-datasets",
      provider: fakeProvider("minio", (name) =>
        name.includes("_")
          ? [`https://s3.eu-central-1.amazonaws.com/${name}`]
          : [`https://${name}.s3.eu-central-1.amazonaws.com`],
      ),
      buckets: [
        whole("cars_2020_20_10"),
        whole("cars"),
        { bucket: "shared", prefix: "team-a/" },
        { bucket: "shared", prefix: "team-a/secret/" },
        whole("twice"),
      ],
    },
    {
      name: "Lab",
      provider: fakeProvider("minio", (name) => [`http://minio.test:9000/${name}`]),
      buckets: [{ bucket: "shared", prefix: "team-b/" }, whole("twice"), whole("räume")],
    },
    {
      name: "my-boats-datasets",
      provider: fakeProvider("azure", (name) => [`https://boats.blob.core.windows.net/${name}`]),
      buckets: [whole("boats_bucket_2020_20_10")],
    },
    {
      name: "emulator",
      provider: fakeProvider("azure", (name) => [
        `http://127.0.0.1:10000/devstoreaccount1/${name}`,
      ]),
      buckets: [whole("box")],
    },
    {
      name: "planes",
      provider: fakeProvider("google", (name) => [`https://storage.googleapis.com/${name}`]),
      buckets: [whole("planes")],
    },
    {
      name: "unfinished",
      provider: fakeProvider("google"),
      buckets: [whole("later")],
      unfilled: ["access_key", "secret_key"],
    },
  ],
  own: [fakeBucket("x-public"), fakeBucket("x-private")],
  ownOrigins: (bucket) => [`http://storage.test:8080/${bucket}`],
});
