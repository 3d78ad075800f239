import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readYaml } from "@remote-storage/core/yaml/source.ts";
import { describe, expect, test } from "vitest";
import { deployed, writeTemplate } from "./written.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = join(root, "infra/azure");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const project = readYaml(read("azure.yaml"), "a project of azd").root?.toJSON() as {
  readonly infra: { readonly path: string; readonly module: string };
  readonly services: Readonly<Record<string, { readonly project: string; readonly dist: string }>>;
  readonly hooks: Readonly<Record<string, { readonly run: string }>>;
};

/** No compiler of Bicep can be had here; this holds main.bicep to what it names. */
const bicep = read("main.bicep");

const namesIn = (pattern: RegExp): readonly string[] =>
  Array.from(bicep.matchAll(pattern), ([, name]) => name ?? "");

describe("azure.yaml", () => {
  test("deploys the package that `npm run build` makes, to the resource with its tag", () => {
    const [[name, service]] = Object.entries(project.services) as [
      [string, { readonly project: string; readonly dist: string }],
    ];
    const { resources } = deployed();
    const tagged = resources.filter(
      ({ body }) =>
        (body["tags"] as Readonly<Record<string, string>> | undefined)?.["azd-service-name"] ===
        name,
    );
    expect(tagged.map(({ type }) => type)).toEqual(["Microsoft.Web/sites"]);
    // azd takes `dist` from the folder it runs in, which is the project's.
    expect(resolve(folder, service.project)).toBe(folder);
    expect(resolve(folder, service.dist)).toBe(join(root, "dist/azure"));
  });

  test("finds main.bicep, and its parameters beside it", () => {
    const { path, module } = project.infra;
    expect(existsSync(resolve(folder, path, `${module}.bicep`))).toBe(true);
    expect(existsSync(resolve(folder, path, `${module}.parameters.json`))).toBe(true);
  });

  test("has hooks that are scripts of the project, run there", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const runs = Object.values(project.hooks).map(({ run }) => run);
    expect(runs.length).toBe(3);
    for (const run of runs) {
      const [, prefix = "", script = ""] = /^npm --prefix (\S+) run (\S+)$/.exec(run) ?? [];
      expect(resolve(folder, prefix)).toBe(root);
      expect(scripts).toHaveProperty([script]);
    }
  });
});

describe("main.bicep", () => {
  test("gives every parameter that azd fills, and no others", () => {
    const { parameters } = JSON.parse(read("main.parameters.json")) as {
      readonly parameters: Readonly<Record<string, unknown>>;
    };
    expect(namesIn(/^param (\w+) /gm)).toEqual(Object.keys(parameters));
  });

  test("includes the template where synth writes it, with parameters that it has", () => {
    const [module = ""] = namesIn(/^module \w+ '([^']+)'/gm);
    expect(resolve(folder, module)).toBe(join(root, "dist/azure-infra/main.json"));
    const app = readFileSync(join(folder, "app.ts"), "utf8");
    expect(app).toContain(`"${dirname("dist/azure-infra/main.json")}"`);
    const passed = namesIn(/^ {4}(\w+): /gm).filter((name) => name !== "location");
    const { parameters } = writeTemplate();
    expect(["location", ...passed].toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  test("puts out what the template puts out, under the names that the hooks read", () => {
    const { outputs } = writeTemplate();
    for (const name of namesIn(/service\.outputs\.(\w+)/g)) expect(outputs).toHaveProperty([name]);
    const upload = readFileSync(join(folder, "upload-secrets.ts"), "utf8");
    for (const name of ["AZURE_KEY_VAULT_NAME", "AZURE_APP_ID"]) {
      expect(namesIn(/^output (\w+) string/gm)).toContain(name);
      expect(upload).toContain(`${name}:`);
    }
  });
});
