import { describe, expect, test } from "vitest";
import { readLinkedPlaces } from "../../infra/linked-places.ts";
import { parseMigrationPlace, toMigrationSide } from "../../infra/migration-place.ts";
import { parseTolerated } from "../../infra/tolerated.ts";

const LINKED = readLinkedPlaces(
  `
cars: {provider: s3, region: eu-central-1, buckets: [cars, "shared/team-a/"]}
trucks: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [trucks]}
blobs: {provider: azure, access_key: account, secret_key: a2V5, buckets: [scans]}
keys: {provider: s3, region: eu-central-1, access_key: a, secret_key: b, buckets: [old]}
`,
  {},
  () => "",
);
const OWN = { public: "vision-public", private: "vision-private" };

const side = (written: string) => {
  const place = parseMigrationPlace(written);
  if (place === undefined) throw new Error(`${written} is no place`);
  return toMigrationSide(place, LINKED, OWN);
};

describe("a side of a migration", () => {
  test.each([
    ["public/", "fs://vision-public/", [{ bucket: "vision-public", prefix: "" }]],
    [
      "private/a b/%/",
      "fs://vision-private/a b/%/",
      [{ bucket: "vision-private", prefix: "a b/%/" }],
    ],
    ["cars://cars/2020/", "cars://cars/2020/", [{ bucket: "cars", prefix: "2020/" }]],
    ["Cars://shared/team-a/", "Cars://shared/team-a/", [{ bucket: "shared", prefix: "team-a/" }]],
  ])("%s is reached by the worker's own role", (written, link, places) => {
    expect(side(written)).toEqual({ link, places, roles: [] });
  });

  test("a role, keys or another store ask for no bucket", () => {
    expect(side("trucks://trucks/")).toEqual({
      link: "trucks://trucks/",
      places: [],
      roles: ["reader"],
    });
    expect(side("blobs://scans/x/")).toEqual({ link: "blobs://scans/x/", places: [], roles: [] });
    expect(side("keys://old/")).toEqual({ link: "keys://old/", places: [], roles: [] });
  });

  test.each([
    "cars://other/",
    "shared://shared/",
    "cars://shared/",
    "cars://shared/team-b/",
    "s3://cars/",
  ])("%s is nothing that remote_links.yml lists", (written) =>
    expect(() => side(written)).toThrow(`remote_links.yml does not list ${written}`),
  );

  test.each([
    "",
    "private",
    "private/a",
    "other/",
    "cars://cars",
    "cars://cars/a",
    "cars:///",
    "://x/",
  ])("%o is not written as one", (written) => expect(parseMigrationPlace(written)).toBeUndefined());
});

test("tolerated failures are a percentage or a number", () => {
  expect(parseTolerated("5%")).toEqual({ percent: 5 });
  expect(parseTolerated("0")).toEqual({ objects: 0 });
  for (const wrong of ["101%", "-1", "1.5%", "many", "%", ""]) {
    expect(parseTolerated(wrong)).toBeUndefined();
  }
});
