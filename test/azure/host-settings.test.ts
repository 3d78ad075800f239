import { expect, test } from "vitest";
import { readHostSettings } from "../../functions/azure/host-settings.ts";

test("nothing set is nothing believed", () => {
  expect(readHostSettings({ REMOTE_LINKS: "", ACCESS: "" })).toEqual({ easyAuth: false });
});

test("texts come as settings", () => {
  const env = { EASY_AUTH: "true", REMOTE_LINKS: "cars: {}", ACCESS: "me: {}" };
  expect(readHostSettings(env)).toEqual({
    easyAuth: true,
    remoteLinks: "cars: {}",
    access: "me: {}",
  });
});

test("every mistake is told, and no value of a secret", () => {
  const env = {
    EASY_AUTH: "perhaps",
    API_TOKENS: "@Microsoft.KeyVault(VaultName=vault;SecretName=tokens)",
    ACCESS: "rules-of-the-text",
    ACCESS_FILE: "access.yml",
  };
  const read = () => readHostSettings(env);
  expect(read).toThrow(/EASY_AUTH[^]*expected true, false/);
  expect(read).toThrow(/API_TOKENS is an unresolved reference to Key Vault/);
  expect(read).toThrow(/ACCESS[^]*either ACCESS or ACCESS_FILE/);
  expect(read).not.toThrow("rules-of-the-text");
});
