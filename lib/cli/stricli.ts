/**
 * The library that reads the words of a call.
 *
 * @module
 */

export * from "npm:@stricli/core@1.3.0";
