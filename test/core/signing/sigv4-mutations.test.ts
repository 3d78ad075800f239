import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseKey } from "../../../functions/core/storage/key.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { presign, type Sent, verify } from "./presigned.ts";

const read = presign({
  method: "GET",
  key: parseKey("a b/c+d/é.jpg"),
  download: "my cat.jpg",
  versionId: "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY",
}).target;

const { target: write, headers } = presign({
  method: "PUT",
  key: parseKey("cat.jpg"),
  contentType: "image/jpeg",
  contentLength: 3,
});
const get: Sent = {};
const put: Sent = { method: "PUT", headers };

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

/** What a target means: escapes and the order of parameters mean nothing. */
function meaning(target: string): string {
  const [path = "", ...query] = target.split("?");
  try {
    const decoded = query
      .join("?")
      .replaceAll("+", " ")
      .split("&")
      .map((piece) => JSON.stringify(piece.split(/=(.*)/s, 2).map(decodeURIComponent)));
    return `${decodeURIComponent(path)}\n${decoded.toSorted().join("\n")}`;
  } catch {
    return "nothing";
  }
}

/** Those that are let through although they mean something else. */
function accepted(original: string, mutants: Iterable<string>, sent: Sent): string[] {
  const before = meaning(original);
  return [...mutants].filter((mutant) => verify(mutant, sent).ok && meaning(mutant) !== before);
}

function* everyCharacterReplaced(target: string): Iterable<string> {
  for (let index = 0; index < target.length; index += 1) {
    for (const character of PRINTABLE) {
      if (character === target[index]) continue;
      yield target.slice(0, index) + character + target.slice(index + 1);
    }
  }
}

function* everyCharacterMoved(target: string): Iterable<string> {
  for (let index = 0; index < target.length; index += 1) {
    const [before, at, after] = [
      target.slice(0, index),
      target.charAt(index),
      target.slice(index + 1),
    ];
    yield before + after;
    yield before + at + at + after;
    yield before + after.slice(0, 1) + at + after.slice(1);
    yield before + at.toUpperCase() + after;
    yield before + at.toLowerCase() + after;
  }
}

function* everyParameterChanged(target: string): Iterable<string> {
  const [path = "", query = ""] = target.split("?");
  const pieces = query.split("&");
  for (const [index, piece] of pieces.entries()) {
    const [name = "", value = ""] = piece.split("=");
    const others = pieces.filter((_, at) => at !== index);
    const forms = [
      [],
      [piece, piece],
      [piece, `${name}=`],
      [piece, `${name}=x`],
      [`${name.toLowerCase()}=${value}`],
      [`${name.toUpperCase()}=${value}`],
      [name],
      [`${name}=`],
      [`${name}=${value}%00`],
      [`${name}[]=${value}`],
    ].filter((form) => form[0] !== piece || form.length > 1);
    for (const form of forms) {
      yield `${path}?${[...others, ...form].join("&")}`;
      yield `${path}?${[...form, ...others].join("&")}`;
    }
  }
  for (const extra of [
    "x-amz-acl=public-read",
    "response-content-type=text/html",
    "acl",
    "",
    "&",
  ]) {
    yield `${target}&${extra}`;
    yield `${path}?${extra}&${query}`;
  }
}

describe.each([
  ["a signed GET", read, get],
  ["a signed PUT with headers", write, put],
])("%s", (_name, target, sent) => {
  test("is accepted as it was signed", () => {
    expect(verify(target, sent)).toMatchObject({ ok: true });
  });

  test.each([
    ["every character replaced by every other", everyCharacterReplaced, 25_000],
    ["every character dropped, doubled, swapped, re-cased", everyCharacterMoved, 1500],
    ["every parameter dropped, doubled, re-cased, emptied", everyParameterChanged, 100],
  ])("%s", (_mutation, mutate, atLeast) => {
    const mutants = [...mutate(target)];
    expect(mutants.length).toBeGreaterThan(atLeast);
    expect(accepted(target, mutants, sent)).toEqual([]);
  });

  test("several places at once", () => {
    const place = fc.tuple(fc.nat(target.length), fc.nat(3), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 5 }), (places) => {
        const mutant = places.reduce(
          (text, [at, dropped, added]) => text.slice(0, at) + added + text.slice(at + dropped),
          target,
        );
        expect(accepted(target, [mutant], sent)).toEqual([]);
      }),
      { numRuns: propertyRuns(1000, 20_000) },
    );
  });

  test.each([
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-date",
    "x-amz-meta-owner",
    "x-amz-security-token",
    "x-amz-server-side-encryption-customer-key",
    "X-AMZ-Tagging",
  ])("an added %s header", (name) => {
    const more = { ...sent.headers, [name]: "x" };
    expect(verify(target, { ...sent, headers: more })).toMatchObject({ ok: false });
  });
});
