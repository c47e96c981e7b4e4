import { each } from "./shorthand.js";
import type { Library } from "./types.js";

/** Its bodies are streams of Node.js: a copy and its original flow together, each only as far as the other has been read. */
export const nodeFetch: Library = {
  package: "node-fetch",
  majors: ["2", "3"],
  operations: [
    ...each(["Response", "Request"], "clone", "common", { do: "branch", of: "receiver", buffers: false }),
  ],
  extends: { Response: ["Body"], Request: ["Body"] },
};
