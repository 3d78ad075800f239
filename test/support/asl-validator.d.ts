/** The part of the package that the tests use; it comes without types. */
declare module "asl-validator" {
  /** Writes into the definition as it checks. */
  export default function validate(definition: object): {
    readonly isValid: boolean;
    readonly errors: readonly {
      readonly "Error code": string;
      readonly Message?: string;
      readonly path?: string;
    }[];
  };
}
