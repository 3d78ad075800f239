import { describe, expect, test } from "vitest";
import {
  addresses,
  isPathStyle,
  regionalOrigin,
  signingTarget,
} from "../../../functions/providers/s3/endpoint.ts";
import { configOf } from "./config.ts";

describe("where a bucket is addressed", () => {
  test.each([
    ["s3.amazonaws.com", "cars-2020", "https://cars-2020.s3.eu-central-1.amazonaws.com", ""],
    ["s3.amazonaws.com", "cars_2020", "https://s3.eu-central-1.amazonaws.com", "/cars_2020"],
    ["s3.amazonaws.com", "cars.2020", "https://s3.eu-central-1.amazonaws.com", "/cars.2020"],
    ["s3.amazonaws.com", "Cars", "https://s3.eu-central-1.amazonaws.com", "/Cars"],
    ["s3.amazonaws.com", "-cars", "https://s3.eu-central-1.amazonaws.com", "/-cars"],
    ["s3.amazonaws.com", "c", "https://s3.eu-central-1.amazonaws.com", "/c"],
    ["s3.us-west-2.amazonaws.com", "cars", "https://cars.s3.us-west-2.amazonaws.com", ""],
    ["minio.example.com", "cars", "https://minio.example.com", "/cars"],
    ["http://10.0.0.5:9000", "cars", "http://10.0.0.5:9000", "/cars"],
    [
      "https://s3.amazonaws.com.evil.example",
      "cars",
      "https://s3.amazonaws.com.evil.example",
      "/cars",
    ],
    ["minio.example.com", "a b/ü", "https://minio.example.com", "/a%20b%2F%C3%BC"],
  ])("%s, bucket %s", (endpoint, bucket, origin, basePath) => {
    const region = "eu-central-1";
    expect(signingTarget(configOf(endpoint), bucket, region)).toEqual({ origin, basePath, region });
  });

  test.each([
    [true, "s3.amazonaws.com", "cars", true],
    [false, "minio.example.com", "cars", false],
    // A dot in the name would need a certificate that nobody has.
    [false, "minio.example.com", "cars.2020", true],
  ])("path_style %s on %s for %s", (pathStyle, host, bucket, expected) => {
    const config = configOf(host, { pathStyle });
    expect(isPathStyle(config, config.endpoint, bucket)).toBe(expected);
  });

  test("signed URLs name the public endpoint, in its own style", () => {
    const publicEndpoint = configOf("https://files.example.com").endpoint;
    const config = configOf("http://minio:9000", { publicEndpoint });
    expect(signingTarget(config, "cars", "us-east-1").origin).toBe("https://files.example.com");
  });

  test.each([
    ["cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"],
    ["us-east-1", "https://s3.us-east-1.amazonaws.com"],
  ])("the global host gives way to that of %s", (region, origin) => {
    expect(regionalOrigin(configOf("s3.amazonaws.com").endpoint, region)).toBe(origin);
  });

  test.each(["http://10.0.0.5:9000", "http://[fd00::5]:9000", "https://127.0.0.1"])(
    "no bucket stands before the address %s",
    (endpoint) => {
      const config = configOf(endpoint, { pathStyle: false });
      expect(addresses(config, "cars")).toEqual([`${endpoint}/cars`]);
      expect(isPathStyle(config, config.endpoint, "cars")).toBe(true);
    },
  );

  test("links are recognised in either style, on the global and the regional host", () => {
    expect(addresses(configOf("s3.amazonaws.com"), "cars", "eu-west-1")).toEqual([
      "https://s3.amazonaws.com/cars",
      "https://cars.s3.amazonaws.com",
      "https://s3.eu-west-1.amazonaws.com/cars",
      "https://cars.s3.eu-west-1.amazonaws.com",
    ]);
    expect(addresses(configOf("http://minio:9000"), "cars_2020", "us-east-1")).toEqual([
      "http://minio:9000/cars_2020",
    ]);
  });
});
