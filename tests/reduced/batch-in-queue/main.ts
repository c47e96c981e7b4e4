// A batch is one job of a serial queue, and what it is made of are jobs of the same queue: the batch waits for jobs that wait for
// its end. Seen in agigante80/actual-mcp-server (transfers and batches of budget updates).
import ledger from "./ledger.ts";

export async function transfer(from: string, to: string, amount: number): Promise<void> {
  await ledger.batch(async () => {
    await ledger.add(from, -amount); // ! no-recursive-lock certain
    await ledger.add(to, amount);
  });
}

await transfer("rent", "food", 20);
console.log("done");
