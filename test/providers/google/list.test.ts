import { expect, test } from "vitest";
import { openBucket, resource } from "./store.ts";

/** Answers the pages in turn and notes the queries. */
async function listing(pages: readonly object[]) {
  const queries: URLSearchParams[] = [];
  const bucket = await openBucket((request, response) => {
    queries.push(new URL(request.url ?? "", "http://store").searchParams);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(pages[queries.length - 1]));
  });
  return { bucket, queries };
}

test("a page may be empty and more may follow: Google promises no full pages", async () => {
  const { bucket, queries } = await listing([{ nextPageToken: "t1" }, { items: [resource("a")] }]);
  const page = await bucket.list();
  expect(page.objects.map((object) => object.key)).toEqual(["a"]);
  expect(page).not.toHaveProperty("cursor");
  expect(queries.map((query) => query.get("pageToken"))).toEqual([null, "t1"]);
});

test("goes on after the last name, whatever becomes of Google's page token", async () => {
  const { bucket, queries } = await listing([
    { items: [resource("a"), resource("c")], prefixes: ["b/"], nextPageToken: "t1" },
    { items: [resource("c"), resource("d")], prefixes: ["b/"] },
  ]);
  const first = await bucket.list({ delimiter: "/", limit: 2 });
  expect([first.objects.map(({ key }) => key), first.prefixes]).toEqual([["a"], ["b/"]]);
  const rest = await bucket.list({ delimiter: "/", limit: 2, cursor: first.cursor ?? "" });
  expect([rest.objects.map(({ key }) => key), rest.prefixes]).toEqual([["c", "d"], []]);
  expect(rest).not.toHaveProperty("cursor");
  expect(queries.map((query) => [query.get("startOffset"), query.get("maxResults")])).toEqual([
    [null, "3"],
    ["b/", "3"],
  ]);
});

test("asks for what it needs only", async () => {
  const { bucket, queries } = await listing([{}]);
  expect(await bucket.list({ prefix: "a b+/" })).toEqual({ objects: [], prefixes: [] });
  expect(Object.fromEntries(queries[0] ?? [])).toEqual({
    prefix: "a b+/",
    maxResults: "1000",
    fields:
      "items(name,size,updated,generation,etag,md5Hash,kmsKeyName,contentType),prefixes,nextPageToken",
  });
});

test("tells the etags that signed URLs answer", async () => {
  const { md5Hash: _, ...composed } = resource("a-composed");
  const encrypted = resource("b-encrypted", { kmsKeyName: "projects/p/key" });
  const { bucket } = await listing([{ items: [composed, encrypted, resource("c-plain")] }]);
  expect((await bucket.list()).objects.map(({ etag }) => etag)).toEqual([
    '"-CBE="',
    '"-CBE="',
    '"5d41402abc4b2a76b9719d911017c592"',
  ]);
});
