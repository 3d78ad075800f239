import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[mc]?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"));
}

/** Every module named by an import, export … from, or dynamic import; relative ones as repository paths. */
function imports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)"([^"]+)"/g;
  return Array.from(text.matchAll(pattern), ([, name]) => name ?? "").map((name) =>
    name.startsWith(".")
      ? relative(root, resolve(root, dirname(file), name))
      : name.replace(/^@remote-storage\/core\//, "functions/core/"),
  );
}

interface Rule {
  readonly folder: string;
  /** What a file of the folder may name: repository path prefixes, `node:` modules, packages. */
  readonly may: readonly RegExp[];
}

const core = /^functions\/core\//;
const node = /^node:/;

/** The table of README's "Architecture". */
const rules: readonly Rule[] = [
  {
    folder: "functions/core",
    may: [core, node, /^(hono|valibot|yaml|@valibot\/to-json-schema|jose)(\/|$)/],
  },
  {
    folder: "functions/guarded-fetch",
    may: [core, node, /^functions\/guarded-fetch\//, /^undici$/],
  },
  {
    folder: "functions/doctor",
    may: [core, node, /^functions\/(doctor|providers)\//, /^functions\/storage\.ts$/],
  },
  {
    folder: "functions/migration",
    may: [
      core,
      node,
      /^functions\/migration\//,
      // A folder is read as the disk provider lays it out: names, types, and no link followed.
      /^functions\/providers\/disk\/(confined|content-types|errno|files|layout|names)\.ts$/,
      /^(undici|picomatch)$/,
    ],
  },
  {
    folder: "functions/cache",
    may: [core, node, /^functions\/cache\//, /^lru-cache$/],
  },
  {
    folder: "functions/images",
    may: [core, node, /^functions\/images\//, /^sharp$/],
  },
  {
    folder: "functions/aws",
    may: [
      core,
      node,
      /^functions\/(aws\/|migration\/|cache\/open-bucket-caches\.ts$|images\/(limits|open-pictures)\.ts$|(access|cache-bucket|service|storage)\.ts$)/,
      /^(@middy\/core|@aws-sdk\/client-secrets-manager|aws-lambda)$/,
    ],
  },
  {
    folder: "functions/azure",
    may: [
      core,
      node,
      /^functions\/(azure\/|cache\/open-bucket-caches\.ts$|images\/(limits|open-pictures)\.ts$|(access|cache-bucket|service|storage)\.ts$)/,
      /^(@azure\/functions|valibot)$/,
    ],
  },
  {
    folder: "functions/providers/disk",
    may: [core, node, /^functions\/providers\/disk\//, /^mime$/],
  },
  {
    folder: "functions/providers/s3",
    may: [core, node, /^functions\/providers\/s3\//, /^@(aws-sdk|smithy)\//],
  },
  {
    folder: "functions/providers/azure",
    may: [
      core,
      node,
      /^functions\/providers\/azure\//,
      /^@azure\/(storage-blob|identity|core-.*)$/,
    ],
  },
  {
    folder: "functions/providers/google",
    may: [core, node, /^functions\/providers\/google\//, /^(fast-xml-parser|google-auth-library)$/],
  },
  {
    folder: "infra",
    may: [
      /^functions\/core\/(settings|links|access|storage)\//,
      node,
      /^infra\//,
      /^(aws-cdk-lib|constructs|cdk-nag|esbuild)(\/|$)/,
      // For the commands that upload remote_links.yml.
      /^@(aws-sdk\/client-secrets-manager|azure\/identity)$/,
    ],
  },
];

describe("who may import whom", () => {
  test.each(rules)("$folder imports only what it may", ({ folder, may }) => {
    const files = sources(folder);
    expect(files.length).toBeGreaterThan(0);
    const trespasses = files.flatMap((file) =>
      imports(file)
        .filter((name) => !may.some((allowed) => allowed.test(name)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(trespasses).toEqual([]);
  });

  test("hosts do not import each other", () => {
    const hosts = ["aws", "azure", "local"];
    const trespasses = sources("functions").flatMap((file) => {
      const host = /^functions\/(aws|azure|local)\//.exec(file)?.[1];
      return imports(file)
        .filter((name) =>
          hosts.some((other) => other !== host && name.startsWith(`functions/${other}/`)),
        )
        .map((name) => `${file} imports ${name}`);
    });
    expect(trespasses).toEqual([]);
  });

  test("the environment is read only in entries", () => {
    const readers = sources("functions").filter((file) =>
      readFileSync(join(root, file), "utf8").includes("process.env"),
    );
    expect(readers.filter((file) => !/\/(main\.ts|start\.js)$/.test(file))).toEqual([]);
  });
});
