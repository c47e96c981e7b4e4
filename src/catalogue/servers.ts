/** Packages that call a function for each request: what is handed to one of their methods is a request handler. */
export const SERVERS: ReadonlySet<string> = new Set([
  "express", "express-serve-static-core", "fastify", "find-my-way", "koa", "koa-router", "@koa/router", "hono", "@hono/node-server", "@hapi/hapi", "restify", "polka",
  "h3", "elysia", "itty-router", "router", "connect", "micro", "@trpc/server", "apollo-server", "@apollo/server", "socket.io", "ws",
]);

/** Modules of the platform, and types that it declares, that do the same. */
export const SERVER_MODULES: ReadonlySet<string> = new Set(["http", "https", "http2", "net", "tls"]);

/** A module that exports functions of these names is asked by a framework that finds them there. */
export const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
