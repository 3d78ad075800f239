import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPlace } from "../../local/command.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(() => azurite.close());

/** Three runs of the command, beside whatever else the machine does. */
const PATIENCE = 60_000;

test(
  "a migration of the local storage ends with the settings to change and its link sets",
  { timeout: PATIENCE },
  async () => {
    const place = await openPlace();
    for (const bucket of ["moved-public", "moved-private"]) await azurite.createContainer(bucket);
    const write = (path: string, text: string): string => {
      const file = join(place.folder, "data", "storage", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    };
    write("moved-public/logo.png", "logo");
    const cat = write("moved-private/cats/a.jpg", "a cat");
    write(
      "moved-private/links/cats.txt",
      "fs://moved-private/cats/a.jpg\nfs://moved-public/logo.png\nhttps://example.com/public.jpg\n",
    );
    const env = {
      STORAGE_PROVIDER: "azure",
      STORAGE_ENDPOINT: `${azurite.endpoint.origin}/${azurite.account}`,
      STORAGE_ACCESS_KEY: azurite.account,
      STORAGE_SECRET_KEY: azurite.keys.secretKey,
      STORAGE_BUCKET_PREFIX: "moved",
    };

    const whole = await place.run(["migrate"], { env });
    expect(whole.stderr).toContain(
      [
        "To use the new storage, change .env (or the environment) and start the service again:",
        "  - STORAGE_PROVIDER=http",
        "  + STORAGE_PROVIDER=azure",
        `  + STORAGE_ENDPOINT=${env.STORAGE_ENDPOINT}`,
        `  + STORAGE_ACCESS_KEY=${azurite.account}`,
        "  + STORAGE_SECRET_KEY=…",
        "… stands for the keys that this migration wrote with.",
        "3 links in 1 link set: all resolve with the new settings.",
      ].join("\n"),
    );
    expect(whole.code).toBe(0);
    expect(whole.stdout + whole.stderr).not.toContain(azurite.keys.secretKey);

    rmSync(cat);
    write(
      "moved-private/links/more.txt",
      "fs://moved-private/cats/b.jpg\nhttp://127.0.0.1:8080/moved-private/cats/a.jpg\n",
    );
    const broken = await place.run(["migrate", "--json"], { env });
    expect(broken.stderr).toContain('more:1: "fs://moved-private/cats/b.jpg" there is no such');
    expect(broken.stderr).toContain("more:2: ");
    expect(broken.stderr).toContain("it names the address of the old storage");
    const lines = broken.stdout.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      cutOver: { links: { sets: 2, links: 5, broken: 2, brokenBefore: 0 } },
    });
    expect(broken.code).toBe(1);

    const elsewhere = await place.run(
      [
        "migrate",
        "--from",
        join(place.folder, "data/storage/moved-public"),
        "--to",
        "fs://moved-public/x/",
      ],
      { env },
    );
    expect(elsewhere.code).toBe(0);
    expect(elsewhere.stderr).not.toContain(".env");
  },
);
