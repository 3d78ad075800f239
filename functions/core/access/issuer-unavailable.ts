/** The provider's keys cannot be had: nobody can say whether its tokens are good. */
export class IssuerUnavailableError extends Error {
  override readonly name = "IssuerUnavailableError";

  constructor(issuer: string, cause: unknown) {
    super(`the keys of ${issuer} cannot be had`, { cause });
  }
}
