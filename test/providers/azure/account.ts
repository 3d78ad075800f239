import type { ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";
import { openAzure } from "../../../functions/providers/azure/provider.ts";
import type { Azurite } from "../../support/azurite.ts";

/** Days in seconds: what the service allows when nothing else is set. */
const WEEK = 604_800;

/** Azurite's account, reached with its key or as an identity (which takes https). */
export function openTestAccount(
  azurite: Azurite,
  as: "key" | "identity",
  now: ProviderContext["now"] = () => new Date(),
): Provider {
  const { endpoint, basePath, account } = azurite;
  return openAzure(
    {
      kind: "azure",
      endpoint,
      basePath,
      account,
      credentials: as === "key" ? azurite.keys : { type: "ambient" },
    },
    { now, policy: { maxExpires: WEEK, window: 0 }, fetch },
    azurite.credential,
  );
}
