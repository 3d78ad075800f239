/** Settings that stand in Secrets Manager; the environment names each by ARN in `<name>_SECRET`. */
export interface Secrets {
  /** The text of remote_links.yml. */
  readonly remoteLinks?: string;
  readonly urlSigningKeys?: string;
  readonly apiTokens?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES = {
  remoteLinks: "REMOTE_LINKS_SECRET",
  urlSigningKeys: "URL_SIGNING_KEYS_SECRET",
  apiTokens: "API_TOKENS_SECRET",
} as const satisfies Readonly<Record<keyof Secrets, string>>;

/** Milliseconds. A start that waits longer has failed; the next request tries again. */
const TIMEOUTS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
const ATTEMPTS = 2;

/**
 * Reads the secrets that `env` names, all at once. The SDK loads only when there is one.
 *
 * @throws SecretError naming the variable and the ARN.
 */
export async function readSecrets(env: Environment): Promise<Secrets> {
  const wanted = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const arn = env[variable];
    return arn ? [{ name, variable, arn }] : [];
  });
  if (wanted.length === 0) return {};
  const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManager({ requestHandler: TIMEOUTS, maxAttempts: ATTEMPTS });
  try {
    const texts = await Promise.all(
      wanted.map(async ({ name, variable, arn }) => {
        const { SecretString } = await client
          .getSecretValue({ SecretId: arn })
          .catch((cause: unknown) => {
            throw new SecretError(variable, arn, "cannot be read", cause);
          });
        if (SecretString === undefined) throw new SecretError(variable, arn, "holds no text");
        return [name, SecretString] as const;
      }),
    );
    return Object.fromEntries(texts);
  } finally {
    client.destroy();
  }
}

/** The environment without what names secrets, and with the secrets that are settings. */
export function withSecrets(env: Environment, secrets: Secrets): Environment {
  const own: readonly string[] = Object.values(VARIABLES);
  const { urlSigningKeys, apiTokens } = secrets;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name))),
    ...(urlSigningKeys !== undefined && { URL_SIGNING_KEYS: toKeyList(urlSigningKeys) }),
    ...(apiTokens !== undefined && { API_TOKENS: apiTokens }),
  };
}

/** Secrets Manager makes keys only as a JSON object: `{"id": "secret"}` for `id:secret`. */
function toKeyList(text: string): string {
  if (!text.trimStart().startsWith("{")) return text;
  const keys: unknown = JSON.parse(text);
  return Object.entries(keys ?? {})
    .map(([id, secret]) => `${id}:${String(secret)}`)
    .join(",");
}

/** A secret that the function cannot start without. Never holds the secret's text. */
class SecretError extends Error {
  override readonly name = "SecretError";

  constructor(variable: string, arn: string, problem: string, cause?: unknown) {
    super(`the secret ${arn}, which ${variable} names, ${problem}`, { cause });
  }
}
