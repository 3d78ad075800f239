import { expect } from "vitest";
import { mismatches } from "../support/json-schema.ts";
import { parse } from "./client.ts";
import type { Answer, Host } from "./host.ts";

interface Content {
  readonly [type: string]: { readonly schema?: Record<string, unknown> };
}

interface Operation {
  readonly responses: Record<string, { readonly content?: Content }>;
}

export interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

/** The same host; every answer of a documented route is held to the host's own OpenAPI document. */
export async function conforming(host: Host): Promise<Host> {
  const document = parse<Document>(await host.request("GET", "/openapi.json"));
  return {
    ...host,
    async request(method, target, headers, body) {
      const answer = await host.request(method, target, headers, body);
      const operation = find(document, method, target);
      if (operation !== undefined) conform(document, operation, answer, `${method} ${target}`);
      return answer;
    },
  };
}

function find({ paths }: Document, method: string, target: string): Operation | undefined {
  const [path = ""] = target.split("?", 1);
  const candidates = Object.entries(paths).filter(([template]) => {
    const pattern = template.replace("{key}", ".*").replaceAll(/\{\w+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  });
  return candidates.map(([, methods]) => methods[method.toLowerCase()]).find(Boolean);
}

function conform(document: Document, { responses }: Operation, answer: Answer, name: string): void {
  const { status, headers, body } = answer;
  expect(headers.get("x-request-id"), `${name}: X-Request-Id`).toMatch(/^[\w.-]{1,128}$/);
  const response = responses[String(status)] ?? responses["default"];
  if (body.byteLength === 0) return;
  const [type = ""] = (headers.get("content-type") ?? "").split(";", 1);
  const content = response?.content?.[type];
  expect(content, `${name}: ${status} ${type} is documented`).toBeDefined();
  if (content?.schema === undefined) return;
  const problems = mismatches(content.schema, parse(answer), { ...document });
  expect(problems, `${name}: ${status} ${body.toString().slice(0, 300)}`).toEqual([]);
}
