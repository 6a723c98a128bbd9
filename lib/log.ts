/**
 * Loggers of this module: categories below `beamfold`. Nothing is shown unless the application configures LogTape, as
 * the shell commands do by `LOG_LEVEL`.
 *
 * @module
 */

export { getLogger, type Logger } from "npm:@logtape/logtape@2.4.2";
