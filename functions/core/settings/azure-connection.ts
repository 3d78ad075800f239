import type { AzureConfig } from "../storage/provider-config.ts";
import {
  AMBIENT,
  type Connection,
  countMistakes,
  readEndpoints,
  refuseRole,
  type Report,
} from "./connection.ts";
import type { ParsedEndpoint } from "./endpoint.ts";

/** Azure Blob Storage and its emulators. `undefined` when a mistake was reported. */
export function toAzureConfig(from: Connection, report: Report): AzureConfig | undefined {
  const mistakes = countMistakes(report);
  refuseRole(from, mistakes.report);
  const standard =
    from.accessKey === undefined ? undefined : `${from.accessKey}.blob.core.windows.net`;
  const { endpoint, publicEndpoint } = readEndpoints(from, mistakes.report, standard);
  const named = endpoint === undefined ? undefined : azureAccount(endpoint);
  const account = from.accessKey ?? named;
  if (account === undefined) {
    mistakes.report("accessKey", "the storage account's name");
  } else if (!/^[a-z0-9]{3,24}$/.test(account)) {
    mistakes.report("accessKey", "a storage account's name: 3 to 24 lower-case letters and digits");
  } else if (named !== undefined && named !== account) {
    mistakes.report("accessKey", `the account that the endpoint names (${named})`);
  }
  if (endpoint !== undefined && !/^(\/[^/]+)?$/.test(endpoint.path)) {
    mistakes.report("endpoint", "an endpoint without a path, or with the account's name alone");
  }
  const basePath = endpoint?.path ?? "";
  if (publicEndpoint !== undefined && publicEndpoint.path !== basePath) {
    mistakes.report("publicEndpoint", "the same path as the endpoint's");
  }
  if (from.secretKey !== undefined && !isBase64(from.secretKey)) {
    mistakes.report("secretKey", "an account key in base64, as the portal shows it");
  }
  if (account === undefined || endpoint === undefined || mistakes.any()) return undefined;
  return {
    kind: "azure",
    endpoint: endpoint.endpoint,
    basePath,
    ...(publicEndpoint && { publicEndpoint: publicEndpoint.endpoint }),
    account,
    credentials:
      from.secretKey === undefined
        ? AMBIENT
        : { type: "keys", accessKey: account, secretKey: from.secretKey },
  };
}

/** The account that an endpoint names: before `.blob.core.…`, or an emulator's path. */
function azureAccount(from: ParsedEndpoint): string | undefined {
  const [, host] = /^([a-z0-9]+?)(?:-secondary)?\.blob\.core\./.exec(from.endpoint.hostname) ?? [];
  const [, path] = /^\/([^/]+)$/.exec(from.path) ?? [];
  return host ?? path;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
