import type { Subject } from "./subject.ts";

/** How the settings of a provider are called where its owner wrote them. */
export interface Words {
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly region: string;
  readonly keys: string;
  readonly buckets: string;
  readonly pathStyle: string;
  /** The credentials are a session of a role or of the surroundings: they end. */
  readonly temporary: boolean;
}

const OWN: Omit<Words, "temporary"> = {
  endpoint: "STORAGE_ENDPOINT",
  publicEndpoint: "STORAGE_PUBLIC_ENDPOINT",
  region: "STORAGE_REGION",
  keys: "STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY",
  buckets: "STORAGE_BUCKET_PREFIX",
  pathStyle: "an endpoint whose certificate and DNS cover *.<endpoint>",
};

export function wordsFor({ own, name, config }: Pick<Subject, "own" | "name" | "config">): Words {
  const temporary = "credentials" in config && /^(role|ambient)$/.test(config.credentials.type);
  if (own) return { ...OWN, temporary };
  const of = (key: string) => `${key} of ${name} in remote_links.yml`;
  return {
    endpoint: of("endpoint"),
    publicEndpoint: of("public_endpoint"),
    region: of("region"),
    keys: of("access_key and secret_key"),
    buckets: of("buckets"),
    pathStyle: `path_style: true for ${name} in remote_links.yml`,
    temporary,
  };
}
