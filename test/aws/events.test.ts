import { array, assert, property, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { type HttpEvent, readEvent } from "../../functions/aws/event.ts";
import type { FunctionUrlEvent } from "../../functions/aws/function-url.ts";
import type { RestApiEvent } from "../../functions/aws/rest-api.ts";
import { toFunctionUrlEvent, toRestApiEvent } from "../support/lambda/gateways.ts";

const urlEvent: FunctionUrlEvent = {
  rawPath: "/objects/private/a",
  rawQueryString: "",
  headers: {},
  isBase64Encoded: false,
  requestContext: { http: { method: "GET", sourceIp: "203.0.113.7" } },
};

const restEvent: RestApiEvent = {
  httpMethod: "GET",
  path: "/objects/private/a",
  multiValueQueryStringParameters: null,
  multiValueHeaders: null,
  body: null,
  isBase64Encoded: false,
  requestContext: { identity: { sourceIp: "203.0.113.7" } },
};

const get = (target: string) => ({ method: "GET", target, headers: {}, body: undefined });

/** The pairs of a query, whatever their order: REST APIs group them by name. */
function sorted(pairs: Iterable<readonly [string, string]>): readonly string[] {
  return Array.from(pairs, (pair) => JSON.stringify(pair)).toSorted();
}

describe("the target", () => {
  test.each(["/a%2Fb/..//c", "/a?key=%2F%2520&x=1+2", "/", "/a?b=%zz", "/objects/private/'(a)*!"])(
    "of a function URL is what was sent: %s",
    (target) => {
      expect(readEvent(toFunctionUrlEvent(get(target))).target).toBe(target);
    },
  );

  test("of a REST API means the same, whatever is in path and query", () => {
    const text = string({ unit: "grapheme" });
    const query = array(tuple(text, text));
    assert(
      property(array(text), query, (parts, pairs) => {
        const path = `/${parts.map(encodeURIComponent).join("/")}`;
        const target = `${path}?${new URLSearchParams(pairs).toString()}`;
        const read = readEvent(toRestApiEvent(get(target))).target;
        const [readPath = "", readQuery = ""] = read.split("?");
        expect(readPath).toBe(path);
        expect(sorted(new URLSearchParams(readQuery))).toEqual(sorted(pairs));
      }),
    );
  });

  test("of a REST API has no parameters that were not sent", () => {
    const target = "/objects/private?toString=a&__proto__=b&constructor=c";
    expect(readEvent(toRestApiEvent(get(target))).target).toBe(target);
  });

  test("a gateway that decodes cannot turn a key into a query", () => {
    const event = { ...urlEvent, rawPath: "/objects/private/what? é#1 100%" };
    expect(readEvent(event).target).toBe("/objects/private/what%3F%20%C3%A9%231%20100%");
  });
});

describe("who calls", () => {
  const account = "123456789012";
  const userArn = `arn:aws:sts::${account}:assumed-role/reader/me`;

  test.each<[string, HttpEvent]>([
    [
      "a function URL",
      {
        ...urlEvent,
        requestContext: {
          ...urlEvent.requestContext,
          authorizer: { iam: { accountId: account, userArn } },
        },
      },
    ],
    [
      "a REST API",
      {
        ...restEvent,
        requestContext: { identity: { sourceIp: "203.0.113.7", accountId: account, userArn } },
      },
    ],
  ])("%s tells the IAM principal", (_, event) => {
    expect(readEvent(event).identity).toEqual({ type: "iam", account, arn: userArn });
  });

  test.each<[string, HttpEvent]>([
    [
      "an HTTP API",
      {
        ...urlEvent,
        requestContext: {
          ...urlEvent.requestContext,
          authorizer: { jwt: { claims: { iss: "https://issuer.example", sub: "me" } } },
        },
      },
    ],
    [
      "a REST API",
      {
        ...restEvent,
        requestContext: {
          ...restEvent.requestContext,
          authorizer: { claims: { iss: "https://issuer.example", sub: "me" } },
        },
      },
    ],
  ])("%s tells the claims of the JWT that it checked", (_, event) => {
    const claims = { iss: "https://issuer.example", sub: "me" };
    expect(readEvent(event).identity).toEqual({ type: "claims", claims });
  });

  test.each<[string, HttpEvent]>([
    ["nobody has signed", urlEvent],
    ["a REST API lets everybody in", restEvent],
    [
      "CloudFront has signed, which is a service and no role",
      {
        ...urlEvent,
        requestContext: {
          ...urlEvent.requestContext,
          authorizer: { iam: { accountId: account, userArn: null } },
        },
      },
    ],
  ])("nobody, when %s", (_, event) => {
    expect(readEvent(event).identity).toBeUndefined();
  });
});

describe("headers and bodies", () => {
  test("cookies and several values of one name arrive joined", () => {
    const cookies = readEvent({ ...urlEvent, cookies: ["a=1", "b=2"] });
    expect(cookies.headers.get("cookie")).toBe("a=1; b=2");
    const accept = ["text/csv", "application/json"];
    const several = readEvent({ ...restEvent, multiValueHeaders: { Accept: accept } });
    expect(several.headers.get("accept")).toBe("text/csv, application/json");
  });

  test("text beyond Latin-1 in a header is no end of the request", () => {
    const { headers } = readEvent({ ...urlEvent, headers: { "user-agent": "Ωmega" } });
    expect(Buffer.from(headers.get("user-agent") ?? "", "latin1").toString()).toBe("Ωmega");
  });

  test("bytes survive base64, text is UTF-8", () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const base64 = { ...urlEvent, body: bytes.toString("base64"), isBase64Encoded: true };
    expect(readEvent(base64).body).toEqual(bytes);
    expect(readEvent({ ...restEvent, body: "é" }).body).toEqual(Buffer.from("é"));
  });
});

test("what is no HTTP event is named as such", () => {
  const event = JSON.parse('{"Records":[]}') as HttpEvent;
  expect(() => readEvent(event)).toThrow("no HTTP request");
});
