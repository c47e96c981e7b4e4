/**
 * Events by which streams, sockets, servers, processes and requests say that something has been done: they come, or an error does. Of any other event nobody
 * knows whether it ever comes.
 */
export const ANSWERS: ReadonlySet<string> = new Set([
  "readable", "drain", "finish", "close", "end", "exit", "open", "connect", "secureConnect", "listening", "spawn", "response", "error", "load", "loadend", "success", "complete", "upgradeneeded",
]);

/** Types whose items come from outside, one after another, and may stop coming without an end. */
export const SOURCES: ReadonlySet<string> = new Set(["Readable", "ReadableStream", "Socket", "IncomingMessage", "Interface", "Duplex", "WebSocket"]);
