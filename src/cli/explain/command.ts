import type { Io } from "../io.js";
import type { Options } from "../options.js";

export function runExplain(_options: Options, _io: Io): Promise<number> { return Promise.resolve(2); }
