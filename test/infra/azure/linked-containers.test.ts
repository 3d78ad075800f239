import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { describe, expect, test } from "vitest";
import { toOwnerTasks } from "../../../infra/azure/owner-tasks.ts";
import { linkedIn, REMOTE_LINKS } from "./written.ts";

describe("what remote_links.yml asks of the identity", () => {
  test("containers and prefixes without keys, each once", () => {
    const again = "again: {provider: azure, access_key: linked, buckets: [cars]}\n";
    expect(linkedIn(REMOTE_LINKS + again)).toEqual([
      { account: "linked", container: "cars", prefix: "" },
      { account: "linked", container: "scans", prefix: "team-a/" },
      { account: "elsewhere", container: "boats", prefix: "" },
    ]);
  });

  test("without the secrets at hand, but not without the account", () => {
    const keys = `a: {provider: azure, access_key: acc, secret_key: "\${KEY}", buckets: [xyz]}\n`;
    expect(linkedIn(keys)).toEqual([]);
    const account = `a: {provider: azure, access_key: "\${ACCOUNT}", buckets: [xyz]}\n`;
    expect(linkedIn(account, { ACCOUNT: "known" })).toMatchObject([{ account: "known" }]);
    expect(() => linkedIn(account)).toThrow(/access_key/);
  });

  test.each(["*", "under_score", "UPPER", "ab", "a--b", "$other"])(
    "refuses the container %s, which Azure does not know",
    (name) => {
      const text = `a: {provider: azure, access_key: acc, buckets: ["${name}"]}`;
      expect(() => linkedIn(text)).toThrow(`a: "${name}" is no container of Azure`);
    },
  );

  test("refuses a prefix that would end a condition", () => {
    const text = `a: {provider: azure, access_key: acc, buckets: ["xyz/it's/"]}`;
    expect(() => linkedIn(text)).toThrow(`a: "it's/" has a '`);
  });

  test("passes the file's own mistakes on", () => {
    expect(() => linkedIn("a: {provider: azur, buckets: [x]}")).toThrow(RemoteLinksError);
  });
});

test("owners are told one command a container, safe to paste", () => {
  const tasks = toOwnerTasks(
    [
      { account: "linked", container: "cars", prefix: "" },
      { account: "linked", container: "$web", prefix: "a b/$(id)/" },
    ],
    "dist/azure-infra/linked-account.json",
  );
  const start =
    "az deployment group create --resource-group <group of the account> --template-file dist/azure-infra/linked-account.json --parameters account=linked";
  expect(tasks.split("\n")).toEqual([
    `${start} container=cars principalId=<output identityPrincipalId>`,
    `${start} container='$web' 'prefix=a b/$(id)/' principalId=<output identityPrincipalId>`,
    "",
  ]);
});
