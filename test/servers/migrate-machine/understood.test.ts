import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../process.ts";
import { type Machine, synthesizeMigration } from "./definition.ts";
import { startMoto } from "./moto.ts";
import { reduceDefinition, REFUSED } from "./reduce-definition.ts";
import type { Interpreter } from "./step-functions.ts";

let moto: Interpreter;
let definition: Machine;
beforeAll(async () => {
  const port = await freePort();
  moto = await startMoto(port, port);
  ({ definition } = synthesizeMigration("", {
    DEPLOY_MIGRATION_FROM: "public/",
    DEPLOY_MIGRATION_TO: "private/",
    DEPLOY_MIGRATION_TOLERATED: "1",
  }));
});
afterAll(() => moto?.stop());

test("moto understands the definition without what is taken out of it", async () => {
  const arn = await moto.create(reduceDefinition(definition, "cars"));
  expect(arn).toMatch(/^arn:aws:states:/);
});

/** Once it is understood it need not be taken out any more. */
test.each(Object.keys(REFUSED))("moto does not understand %s", async (name) => {
  const others = Object.entries(REFUSED).filter(([other]) => other !== name);
  const left = others.reduce((machine, [, reduce]) => reduce(machine), definition);
  await expect(moto.create(left)).rejects.toThrow(name);
});
