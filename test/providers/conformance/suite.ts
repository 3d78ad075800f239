import { afterAll, beforeAll, describe } from "vitest";
import { conditionCases } from "./conditions.ts";
import { copyCases } from "./copy.ts";
import { errorCases } from "./errors.ts";
import { keyCases } from "./keys.ts";
import { listCases } from "./list.ts";
import { multipartCases } from "./multipart.ts";
import { readCases } from "./read.ts";
import { removeCases } from "./remove.ts";
import { signCases } from "./sign.ts";
import { signPutCases } from "./sign-put.ts";
import { signRefusalCases } from "./sign-refusals.ts";
import { createStage } from "./stage.ts";
import { statCases } from "./stat.ts";
import type { Subject } from "./subject.ts";
import { writeCases } from "./write.ts";

/** Holds one provider, on one store, to the contract of `core/storage/provider.ts`. */
export function describeProvider(name: string, open: () => Promise<Subject>): void {
  describe(`storage contract: ${name}`, () => {
    let subject: Subject | undefined;
    beforeAll(async () => {
      subject = await open();
    }, 120_000);
    afterAll(() => subject?.close(), 60_000);

    const stage = createStage(() => {
      if (subject === undefined) throw new Error(`${name} was not opened`);
      return subject;
    });
    describe("stat", () => {
      statCases(stage);
    });
    describe("read", () => {
      readCases(stage);
    });
    describe("write", () => {
      writeCases(stage);
    });
    describe("remove", () => {
      removeCases(stage);
    });
    describe("conditions", () => {
      conditionCases(stage);
    });
    describe("copy", () => {
      copyCases(stage);
    });
    describe("list", () => {
      listCases(stage);
    });
    describe("keys", () => {
      keyCases(stage);
    });
    describe("sign", () => {
      signCases(stage);
    });
    describe("sign PUT", () => {
      signPutCases(stage);
    });
    describe("sign refuses", () => {
      signRefusalCases(stage);
    });
    describe("multipart", () => {
      multipartCases(stage);
    });
    describe("errors", () => {
      errorCases(stage);
    });
  });
}
