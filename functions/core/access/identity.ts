/** Who an entry point has proved the caller to be. What that allows, `ACCESS_FILE` says. */
export type Identity =
  | {
      /** AWS has checked the request's SigV4. */
      readonly type: "iam";
      /** Twelve digits. */
      readonly account: string;
      /** `arn:aws:sts::…:assumed-role/<role>/<session>` or `arn:aws:iam::…:user/<name>`. */
      readonly arn: string;
    }
  | {
      /** A gateway in front has checked a JWT, or the sign-in of an OpenID provider. */
      readonly type: "claims";
      readonly claims: Readonly<Record<string, unknown>>;
    };
