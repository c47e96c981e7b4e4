// A connection is kept for an advisory lock while the work under the lock asks the same pool: as many requests at once as the pool has
// connections wait for one more, all of them. Seen in cardstack/boxel (cost lock of a user, in front of a billed request).
import { type Database, Postgres, type Row } from "./database.ts";

interface Credit {
  left(database: Database, account: string): Promise<Row[]>;
}

const prepaid: Credit = {
  left: (database, account) => database.rows(`SELECT amount FROM credit WHERE account = '${account}'`),
};

export async function handle(database: Database, credit: Credit, account: string): Promise<number> {
  return database.forAccount(account, async () => {
    const left = await credit.left(database, account); // ! no-recursive-lock likely
    return left.length;
  });
}

const database = new Postgres();
console.log(await Promise.all([handle(database, prepaid, "ada"), handle(database, prepaid, "bob")]));
