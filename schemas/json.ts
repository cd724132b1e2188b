/** Any JSON value. Everything that crosses a boundary of the product (events, results, state files) is one of these. A whole number beyond
 *  2^53 that a result or a file holds is a bigint, so that no digit is lost: {@link renderJson} writes it. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject

/** A JSON object with unknown keys. */
export interface JsonObject {
  readonly [key: string]: Json
}
