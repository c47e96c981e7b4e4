import { createSerializer } from './serializer.js';

function createWallet() {
  const serialize = createSerializer();
  let balance = 0;

  const deposit = (amount: number) => serialize(() => (balance += amount));
  const rebalance = (target: number) =>
    serialize(async () => {
      if (balance < target) await deposit(target - balance);
      return balance;
    });

  return { deposit, rebalance };
}

console.log(await createWallet().rebalance(10));
