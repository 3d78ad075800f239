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
  const problems: string[] = [];
  if (!/^[\w.-]{1,128}$/.test(headers.get("x-request-id") ?? "")) problems.push("no X-Request-Id");
  if (body.byteLength > 0) {
    const response = responses[String(status)] ?? responses["default"];
    const [type = ""] = (headers.get("content-type") ?? "").split(";", 1);
    const content = response?.content?.[type] ?? response?.content?.["*/*"];
    if (content === undefined) problems.push(`${type} is not documented`);
    if (content?.schema !== undefined) {
      problems.push(...mismatches(content.schema, parse(answer), { ...document }));
    }
  }
  if (problems.length > 0) {
    throw new Error(`${name}: ${status} ${body.toString().slice(0, 300)}: ${problems.join("; ")}`);
  }
}
