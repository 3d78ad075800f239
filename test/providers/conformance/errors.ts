import type { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { describe, expect, test } from "vitest";
import { failure, type Stage, someKey, text } from "./stage.ts";

interface Failing {
  readonly name: string;
  readonly operation: string;
  readonly call: (bucket: Bucket, key: ReturnType<typeof someKey>) => Promise<unknown>;
}

const failing: readonly Failing[] = [
  { name: "stat", operation: "stat", call: (bucket, key) => bucket.stat(key) },
  { name: "read", operation: "read", call: (bucket, key) => bucket.read(key) },
  {
    name: "copy",
    operation: "copy",
    call: (bucket, key) => bucket.copy(key, { bucket: bucket.name, key }),
  },
];

/** A place says where, and the message is for the caller: no secret, no URL of the inside. */
function expectPresentable(error: StorageError): void {
  expect(error.message).not.toBe("");
  expect(error.message).not.toMatch(/https?:\/\/|Signature|undefined|\[object/);
  expect(JSON.stringify(error.place)).not.toMatch(/https?:\/\/|Signature/);
}

export function errorCases(stage: Stage): void {
  test.each(failing)("$name of a missing object names the place", async ({ operation, call }) => {
    const key = someKey();
    const error = await failure(call(stage.bucket, key));
    expect([error.kind, error.status, error.retryable]).toEqual(["not-found", 404, false]);
    expect(error.place).toMatchObject({ operation, bucket: stage.bucket.name, key });
    expectPresentable(error);
  });

  describe("in a bucket that does not exist", () => {
    // A HEAD's 404 carries no body, so some stores cannot tell which of the two is missing.
    const either = ["no-bucket", "not-found"];

    test.each(failing)("$name is a 404", async ({ call }) => {
      const error = await failure(call(stage.subject.missing, someKey()));
      expect(either).toContain(error.kind);
      expectPresentable(error);
    });

    test("write is no-bucket", async () => {
      const error = await failure(stage.subject.missing.write(someKey(), text("x")));
      expect([error.kind, error.status]).toEqual(["no-bucket", 404]);
      expectPresentable(error);
    });

    test("list is no-bucket", async () => {
      const error = await failure(stage.subject.missing.list());
      expect(error.kind).toBe("no-bucket");
      expect(error.place).toMatchObject({ operation: "list", bucket: stage.subject.missing.name });
      expectPresentable(error);
    });

    test("multipart create is no-bucket, where it asks the store", async () => {
      const key = someKey();
      const { multipart } = stage.subject.missing;
      const outcome = multipart
        .create(key)
        .then((id) => multipart.parts(key, id))
        .then(
          (parts) => parts.length,
          (error: StorageError) => error.kind,
        );
      expect([0, "no-bucket", "not-found"]).toContain(await outcome);
    });

    test("remove succeeds or is no-bucket", async () => {
      const outcome = stage.subject.missing.remove(someKey()).then(
        () => "gone",
        (error: StorageError) => error.kind,
      );
      expect(["gone", "no-bucket"]).toContain(await outcome);
    });

    test("sign does not look", async () => {
      const signed = await stage.subject.missing.sign({
        method: "GET",
        key: someKey(),
        expires: 60,
      });
      expect((await stage.send(signed)).status).toBe(404);
    });
  });

  test("precondition-failed is a 412", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    const error = await failure(stage.bucket.write(key, text("y"), { ifAbsent: true }));
    expect([error.status, error.retryable]).toEqual([412, false]);
    expect(error.place).toMatchObject({ operation: "write", bucket: stage.bucket.name, key });
    expectPresentable(error);
  });

  test("range-not-satisfiable is a 416", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    const error = await failure(stage.bucket.read(key, { range: { start: 5 } }));
    expect([error.status, error.retryable]).toEqual([416, false]);
    expectPresentable(error);
  });
}
