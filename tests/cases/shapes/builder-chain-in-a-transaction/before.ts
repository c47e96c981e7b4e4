import type { Knex } from 'knex';
import { openDatabase } from './database.js';

function createOrder(knex: Knex, id: number): Promise<number> {
  return knex.transaction((trx) => {
    return knex('stock')
      .where({ id })
      .decrement('count', 1)
      .then(() => trx('orders').insert({ id }))
      .then(() => id);
  });
}

const knex = openDatabase(2);
const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 2_000, 'HANG'));
const outcome = await Promise.race([Promise.all([1, 2, 3].map((id) => createOrder(knex, id))), stalled]);
console.log(outcome);
process.exit(outcome === 'HANG' ? 1 : 0);
