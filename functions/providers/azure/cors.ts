import type { TokenCredential } from "@azure/identity";
import type { CorsRule, CorsRules } from "@remote-storage/core/storage/cors-rule.ts";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { createClient } from "./client.ts";
import { toStorageError } from "./errors.ts";

/**
 * The CORS rules of the account's blob service; containers have none of their own, and an account at most
 * five. Needs the account key, or a role with `blobServices/read` and `blobServices/write`.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/set-blob-service-properties
 */
export function openCors(config: AzureConfig, credential?: TokenCredential): CorsRules {
  const client = createClient(config, credential);
  return {
    async read() {
      try {
        const { cors = [] } = await (await client()).getProperties();
        return cors.map((rule) => ({
          origins: split(rule.allowedOrigins),
          methods: split(rule.allowedMethods),
          headers: split(rule.allowedHeaders),
          exposed: split(rule.exposedHeaders),
          maxAge: rule.maxAgeInSeconds,
        }));
      } catch (error) {
        throw toStorageError(error, place("read the CORS rules"));
      }
    },
    async write(rules) {
      try {
        // What is left out of the properties keeps its value.
        await (await client()).setProperties({ cors: rules.map(toAzure) });
      } catch (error) {
        throw toStorageError(error, place("write the CORS rules"));
      }
    },
  };
}

const place = (operation: string) => ({ provider: "azure", operation });

function split(list = ""): readonly string[] {
  return list.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
}

function toAzure({ origins, methods, headers, exposed, maxAge = 0 }: CorsRule) {
  return {
    allowedOrigins: origins.join(","),
    allowedMethods: methods.join(","),
    allowedHeaders: headers.join(","),
    exposedHeaders: exposed.join(","),
    maxAgeInSeconds: maxAge,
  };
}
