import { Mutex } from "async-mutex";

/** Guards the table of sessions. */
export const sessions = new Mutex();

/** Guards the table of users. */
export const users = new Mutex();
