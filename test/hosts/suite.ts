import type { Route } from "@remote-storage/core/http/route.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";
import { afterAll, beforeAll, describe } from "vitest";
import { testAccess } from "./access.ts";
import { testCaches } from "./caches.ts";
import { createClient, type Client } from "./client.ts";
import { conforming } from "./conforming.ts";
import { testContent } from "./content.ts";
import { testCors } from "./cors.ts";
import { testErrors } from "./errors.ts";
import type { Host } from "./host.ts";
import { testKeys } from "./keys.ts";
import { testLinkChecks } from "./link-checks.ts";
import { testLinkFiles } from "./link-files.ts";
import { testLinkSetItems } from "./link-set-items.ts";
import { testLinkSets } from "./link-sets.ts";
import { testLinks } from "./links.ts";
import { testLists } from "./lists.ts";
import { testObjects } from "./objects.ts";
import { testBulk } from "./bulk.ts";
import { testOwnStore } from "./own-store.ts";
import { testOwnUrls } from "./own-urls.ts";
import { testPictures } from "./pictures.ts";
import { testPublicContent } from "./public-content.ts";
import { testRawQueries } from "./raw-queries.ts";
import { testService } from "./service.ts";
import { testSign } from "./sign.ts";
import { testSignedUrls } from "./signed-urls.ts";
import { testUploads } from "./uploads.ts";

/** What every topic of the suite is given. */
export interface Stage {
  readonly host: Host;
  /** With all grants. */
  readonly client: Client;
}

/** A topic registers its tests; the stage is there once they run. */
export type Topic = (stage: () => Stage, routes: readonly Route[]) => void;

const TOPICS = {
  objects: testObjects,
  "signed URLs": testSignedUrls,
  keys: testKeys,
  lists: testLists,
  "delete and copy": testBulk,
  sign: testSign,
  uploads: testUploads,
  links: testLinks,
  "link files": testLinkFiles,
  "links that are checked": testLinkChecks,
  "link sets": testLinkSets,
  "items of link sets": testLinkSetItems,
  content: testContent,
  "content of public links": testPublicContent,
  caches: testCaches,
  pictures: testPictures,
  "signed URLs of its own": testOwnUrls,
  service: testService,
  access: testAccess,
  cors: testCors,
  errors: testErrors,
  "raw queries": testRawQueries,
  "its own store": testOwnStore,
} as const satisfies Readonly<Record<string, Topic>>;

interface Options {
  /** What the host's entry point does itself, or keeps from the app. */
  readonly without?: readonly (keyof typeof TOPICS)[];
  /** Those that the host serves. Default: all. */
  readonly routes?: readonly Route[];
}

/** Holds a host to the HTTP contract. */
export function describeHost(
  name: string,
  open: () => Promise<Host>,
  { without = [], routes = ROUTES }: Options = {},
): void {
  const left: readonly string[] = without;
  describe(`${name} keeps the HTTP contract`, () => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      const host = await conforming(await open());
      stage = { host, client: createClient(host) };
    });
    afterAll(() => stage?.host.close());
    const current = () => {
      if (stage === undefined) throw new Error("the host is not open yet");
      return stage;
    };
    for (const [topic, register] of Object.entries(TOPICS)) {
      if (left.includes(topic)) continue;
      describe(`about ${topic}`, () => {
        register(current, routes);
      });
    }
  });
}
