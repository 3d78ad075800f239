/** Why there is no picture; stable, clients branch on it. */
export type PictureErrorCode =
  /** Nothing that looks like a picture. */
  | "not_a_picture"
  /** A picture of a kind that this service does not decode. */
  | "unsupported_picture"
  /** Cut off or broken inside. */
  | "damaged_picture"
  | "too_many_pixels"
  | "too_many_frames"
  /** More bytes than are read for one picture. */
  | "picture_too_large"
  | "no_such_page"
  | "no_such_band"
  /** The wish contradicts itself, or what the picture is. */
  | "invalid_request"
  /** It took longer than any picture may. */
  | "picture_timeout"
  /** Others come first and the queue is full: try again. */
  | "too_busy";

/** A picture that cannot be made. `message` is fit for the caller to read. */
export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly code: PictureErrorCode;

  constructor(code: PictureErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
