import { each } from "./shorthand.js";
import type { ArgRef, External, Library } from "./types.js";

const ASKING = ["get", "head", "options"];
const CHANGING = ["post", "put", "patch", "delete", "postForm", "putForm", "patchForm"];

/** A request whose options stand in this argument: a timeout, or a signal. */
const request = (options: number, more: Partial<External> = {}): External =>
  ({ do: "external", what: "network", bounded: [{ arg: options, property: "timeout" }, { arg: options, property: "signal" }], ...more });

const asks: Pick<External, "readsUnless"> = { readsUnless: [] };
const asksUnless = (options: number): Pick<External, "readsUnless"> =>
  ({ readsUnless: ["method", "body", "json", "form", "data"].map((property): ArgRef => ({ arg: options, property })) });

/** Without a `timeout` a request waits as long as the server likes. */
export const axios: Library = {
  package: "axios",
  majors: ["0.27", "0.28", "1"],
  operations: [
    ...each(["Axios", "AxiosInstance", "AxiosStatic"], ASKING, "common", request(1, asks)),
    ...each(["Axios", "AxiosInstance", "AxiosStatic"], CHANGING, "common", request(2)),
    ...each(["Axios", "AxiosInstance", "AxiosStatic"], "request", "common", request(0, asksUnless(0))),
    ...each(["AxiosInstance", "AxiosStatic"], "()", "common", request(1, asksUnless(1))),
  ],
};

export const got: Library = {
  package: "got",
  majors: ["11", "12", "13", "14"],
  operations: each(["GotRequestFunction", "Got"], "()", "common", request(1, asksUnless(1))),
};

/** Ten seconds are the default of its `timeout`. */
export const ky: Library = {
  package: "ky",
  majors: ["0.33", "1"],
  operations: [
    ...each("KyInstance", [...ASKING, ...CHANGING], "common", request(1, { limit: 10_000 })),
    ...each("KyInstance", "()", "common", request(1, { limit: 10_000 })),
  ],
};

export const nodeFetchRequests: Library = {
  package: "node-fetch",
  majors: ["2", "3"],
  operations: [
    ...each("module", ["fetch", "default"], "telling", { ...request(1), readsUnless: [{ arg: 1, property: "method" }, { arg: 1, property: "body" }] }),
    ...each(["Body", "BodyMixin", "Response"], ["text", "json", "arrayBuffer", "blob", "buffer"], "common", { do: "external", what: "network", readsUnless: [] }),
  ],
};

export const undici: Library = {
  package: "undici",
  majors: ["5", "6", "7"],
  operations: [
    ...each("module", ["fetch", "stream"], "common", { ...request(1), readsUnless: [{ arg: 1, property: "method" }, { arg: 1, property: "body" }] }),
    ...each("module", "request", "common", { ...request(1), readsUnless: [{ arg: 1, property: "method" }, { arg: 1, property: "body" }], keepsUntilRead: "body" }),
    ...each("Dispatcher", "stream", "common", { ...request(0), readsUnless: [{ arg: 0, property: "body" }] }),
    ...each("Dispatcher", "request", "common", { ...request(0), readsUnless: [{ arg: 0, property: "body" }], keepsUntilRead: "body" }),
  ],
};
