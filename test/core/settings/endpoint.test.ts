import { describe, expect, test } from "vitest";
import { parseEndpoint } from "../../../functions/core/settings/endpoint.ts";

describe("endpoints", () => {
  test.each([
    ["s3.amazonaws.com", undefined, "https://s3.amazonaws.com", ""],
    ["s3.amazonaws.com", "443", "https://s3.amazonaws.com", ""],
    ["s3.amazonaws.com:443", "443", "https://s3.amazonaws.com", ""],
    ["storage", "9000", "http://storage:9000", ""],
    ["storage:9000", undefined, "http://storage:9000", ""],
    ["storage", "80", "http://storage", ""],
    ["https://storage", "9000", "https://storage:9000", ""],
    ["http://storage:9000/", "9000", "http://storage:9000", ""],
    ["HTTPS://Storage.Example.COM/", undefined, "https://storage.example.com", ""],
    ["my_minio:9000", undefined, "http://my_minio:9000", ""],
    ["[::1]:9000", undefined, "http://[::1]:9000", ""],
    ["acc.blob.core.windows.net", undefined, "https://acc.blob.core.windows.net", ""],
    ["http://127.0.0.1:10000/dev", undefined, "http://127.0.0.1:10000", "/dev"],
    ["http://h:443", undefined, "http://h:443", ""],
  ])("%s with port %s", (text, port, origin, path) => {
    expect(parseEndpoint(text, port)).toMatchObject({ endpoint: { origin }, path });
  });

  test("the parts agree with the origin", () => {
    expect(parseEndpoint("storage:9000")).toEqual({
      endpoint: {
        protocol: "http:",
        hostname: "storage",
        port: 9000,
        origin: "http://storage:9000",
      },
      path: "",
    });
    expect(parseEndpoint("https://storage:443")).toEqual({
      endpoint: { protocol: "https:", hostname: "storage", origin: "https://storage" },
      path: "",
    });
  });

  test.each([
    ["s3.amazonaws.com:443", "9000", "the same port in both places"],
    ["s3.amazonaws.com", "0", "a port from 1 to 65535"],
    ["s3.amazonaws.com", "65536", "a port from 1 to 65535"],
    ["s3.amazonaws.com", "tcp://10.0.0.1:9000", "a port from 1 to 65535"],
    ["ftp://storage", undefined, "http:// or https://"],
    ["https://storage?x=1", undefined, "without a query"],
    ["https://storage#x", undefined, "without a query"],
    ["https://user:secret@storage", undefined, "without a user name or password"],
    ["https://s3.console.aws.amazon.com/s3/buckets", undefined, "web console"],
    ["https://portal.azure.com", undefined, "web console"],
    ["", undefined, "a URL, a host, or host:port"],
    ["https://", undefined, "a URL, a host, or host:port"],
    ["two words", undefined, "a URL, a host, or host:port"],
    ["host:port", undefined, "a URL, a host, or host:port"],
    ["[::1", undefined, "a URL, a host, or host:port"],
  ])("%s with port %s is refused", (text, port, problem) => {
    expect(parseEndpoint(text, port)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
