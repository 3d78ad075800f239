import { describe, expect, test } from "vitest";
import { deploy, type Deployed } from "./deploy.ts";
import { asWritten, DEPLOYER, deployed, SOURCES, writeTemplate } from "./written.ts";

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits */
const LIMITS = {
  bytes: 4 * 1024 ** 2,
  parameters: 256,
  variables: 256,
  resources: 800,
  outputs: 64,
};
const MOST_CHARACTERS = 24_576;

/** Those that come before a resource, however far. */
function before({ dependsOn }: Deployed, all: ReadonlyMap<string, Deployed>): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...dependsOn];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    queue.push(...(all.get(id)?.dependsOn ?? []));
  }
  return found;
}

describe.each(SOURCES)("the template %s", (_, source) => {
  const { resources } = deployed(source);
  const byId = new Map(resources.map((resource) => [resource.id, resource]));

  const ids = resources.map(({ id }) => id);

  test("waits only for what is in it, and never for itself", () => {
    for (const resource of resources) {
      for (const id of resource.dependsOn) expect(ids).toContain(id);
      expect(before(resource, byId)).not.toContain(resource.id);
    }
  });

  test("asks only what is in it, and has waited for it", () => {
    const asking = resources.filter(({ asked }) => asked.length > 0);
    expect(asking.length).toBeGreaterThan(5);
    for (const resource of asking) {
      const awaited = before(resource, byId);
      for (const id of resource.asked) expect(awaited).toContain(id);
    }
  });

  test("says one thing of every resource: roles that linked containers share are the same", () => {
    for (const { id, body } of resources) {
      for (const other of resources.filter((resource) => resource.id === id)) {
        expect(other.body).toEqual(body);
      }
    }
    const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
    for (const id of doubled) expect(id).toMatch(/rg-linked.*roleAssignments/);
  });

  test("stays below the limits of templates", () => {
    const template = writeTemplate(source);
    expect(JSON.stringify(template).length).toBeLessThan(LIMITS.bytes / 10);
    expect(Object.keys(template.parameters).length).toBeLessThan(LIMITS.parameters);
    expect(Object.keys(template.variables).length).toBeLessThan(LIMITS.variables);
    expect(Object.keys(template.outputs).length).toBeLessThan(LIMITS.outputs);
    expect(resources.length).toBeLessThan(LIMITS.resources);
    const expressions = JSON.stringify(template).match(/"\[(?:[^"\\]|\\.)*\]"/g) ?? [];
    expect(expressions.length).toBeGreaterThan(50);
    for (const expression of expressions) expect(expression.length).toBeLessThan(MOST_CHARACTERS);
  });

  test("uses each of its variables and parameters", () => {
    const { parameters, variables, ...rest } = writeTemplate(source);
    const text = JSON.stringify(rest);
    for (const name of Object.keys(parameters)) expect(text).toContain(`parameters('${name}')`);
    for (const name of Object.keys(variables)) expect(text).toContain(`variables('${name}')`);
  });
});

test("without anybody to fill the vault there is no role for that", () => {
  const template = writeTemplate();
  const count = (deployerId: string) => deploy(template, { deployerId }).resources.length;
  expect(count(DEPLOYER) - count("")).toBe(1);
});

test("works out nothing that came from outside", () => {
  const settings = { DEPLOY_TAGS: "a=[concat('b')],c=[d,e=f]" };
  const { resources } = deployed({ settings });
  const tagged = resources.filter(({ body }) => body["tags"] !== undefined);
  expect(tagged.length).toBeGreaterThan(5);
  for (const { body } of tagged) {
    expect(body["tags"]).toMatchObject({ a: "[concat('b')]", c: "[d", e: "f]" });
  }
});

test.each([
  ["[variables('nothing')]", "no variable nothing"],
  ["[parameters('nothing')]", "no parameter nothing"],
  ["[resourceId('Microsoft.Storage/storageAccounts/blobServices', 'a')]", "has 2 names, not a"],
  ["[concat('a', )]", "no expression"],
  ["[concat('a'", "no expression"],
  ["[frobnicate('a')]", "no function frobnicate"],
])("what is wrong in %s would be seen", (expression, problem) => {
  const template = asWritten({
    parameters: {},
    variables: {},
    resources: [],
    outputs: { wrong: { value: expression.endsWith("]") ? expression : `${expression}]` } },
  });
  expect(() => deploy(template)).toThrow(problem);
});
