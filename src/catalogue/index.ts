import { archiver } from "./archiver.js";
import { asyncLock } from "./async-lock.js";
import { asyncMutex } from "./async-mutex.js";
import { asyncSema } from "./async-sema.js";
import { asyncUtilities } from "./async.js";
import { awaitLock } from "./await-lock.js";
import { awaitSemaphore } from "./await-semaphore.js";
import { betterSqlite3 } from "./better-sqlite3.js";
import { bottleneck } from "./bottleneck.js";
import { childProcess, crossSpawn } from "./child-process.js";
import { drizzleOrm } from "./drizzle-orm.js";
import { fastq } from "./fastq.js";
import { genericPool } from "./generic-pool.js";
import { axios, got, ky, nodeFetchRequests, undici } from "./http-clients.js";
import { itQueue } from "./it-queue.js";
import { knex } from "./knex.js";
import { kysely } from "./kysely.js";
import { lightningPool } from "./lightning-pool.js";
import { mariadb } from "./mariadb.js";
import { asyncLocks, resources } from "./matrixai.js";
import { mongodb } from "./mongodb.js";
import { mortice } from "./mortice.js";
import { mysql2 } from "./mysql2.js";
import { nodeFetch } from "./node-fetch.js";
import { nodeStreams } from "./node-streams.js";
import { delay, sleepPromise } from "./pauses.js";
import { pAll } from "./p-all.js";
import { pDefer } from "./p-defer.js";
import { pLimit } from "./p-limit.js";
import { pMap } from "./p-map.js";
import { pMutex } from "./p-mutex.js";
import { pQueue } from "./p-queue.js";
import { pTimeout } from "./p-timeout.js";
import { pg } from "./pg.js";
import { pglite } from "./pglite.js";
import { platform } from "./platform.js";
import { platformOutside } from "./platform-outside.js";
import { postgres } from "./postgres.js";
import { prisma } from "./prisma.js";
import { promiseLimit } from "./promise-limit.js";
import { enquirer, inquirer, prompts } from "./prompts.js";
import { properLockfile } from "./proper-lockfile.js";
import { queueable } from "./queueable.js";
import { redlock } from "./redlock.js";
import { rocicorpLock } from "./rocicorp-lock.js";
import { rwlock } from "./rwlock.js";
import { sapphireAsyncQueue } from "./sapphire-async-queue.js";
import { semaphoreAsyncAwait } from "./semaphore-async-await.js";
import { sequelize } from "./sequelize.js";
import { zipJs } from "./zip-js.js";
import { busboy, fastifyMultipart, httpAnswers, tarStream, unzipper } from "./stream-parts.js";
import { tarn } from "./tarn.js";
import { throat } from "./throat.js";
import { typeorm } from "./typeorm.js";
import { webLocks } from "./web-locks.js";
import { webStreams } from "./web-streams.js";
import { makeCatalogue, type Catalogue } from "./catalogue.js";
import type { Library, Operation } from "./types.js";

export { describedPackage, libraryName, type Catalogue, type Place, type PrimitiveType } from "./catalogue.js";

/** Every library described here, one file each. */
export const libraries: readonly Library[] = [
  // The platform: how callbacks run, and the locks of the browser.
  platform, webLocks,
  // Its channels.
  webStreams, nodeStreams, childProcess, crossSpawn, nodeFetchRequests, nodeFetch, tarStream, busboy, unzipper, fastifyMultipart, httpAnswers, zipJs,
  // Locks and semaphores.
  asyncMutex, asyncLock, awaitLock, asyncSema, rocicorpLock, sapphireAsyncQueue, pMutex, awaitSemaphore, semaphoreAsyncAwait, mortice, rwlock, asyncLocks, resources,
  redlock, properLockfile,
  // Limiters, queues and channels.
  pLimit, pQueue, pMap, pAll, pTimeout, pDefer, bottleneck, fastq, asyncUtilities, throat, promiseLimit, itQueue, queueable, archiver,
  // Pools and databases.
  genericPool, tarn, lightningPool, pg, mysql2, mariadb, knex, kysely, typeorm, sequelize, prisma, drizzleOrm, postgres, pglite, betterSqlite3,
  mongodb,
  // What waits for the world outside.
  platformOutside, axios, got, ky, undici, delay, sleepPromise, prompts, inquirer, enquirer,
];

/** A catalogue with further libraries, which may also add to a package that is known already. */
export function createCatalogue(extra: readonly Library[]): Catalogue {
  return extra.length === 0 ? defaultCatalogue : makeCatalogue([...libraries, ...extra.map(withReleases)]);
}

/** What is said to release a handle does, without being said a second time among the operations. */
function withReleases(library: Library): Library {
  const { operations, handles = [] } = library;
  const added = handles.flatMap(({ name, releasedBy }) => releasedBy.filter((member) => !operations.some((each) => each.on === name && each.member === member))
    .map((member): Operation => ({ on: name, member, name: "common", effect: { do: "release", of: "receiver" } })));
  return added.length === 0 ? library : { ...library, operations: [...operations, ...added] };
}

export const defaultCatalogue: Catalogue = makeCatalogue(libraries);
