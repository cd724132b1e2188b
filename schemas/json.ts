/** Any JSON value. Everything that crosses a boundary of the product (events, results, state files) is one of these. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object with unknown keys. */
export interface JsonObject {
  readonly [key: string]: Json
}
