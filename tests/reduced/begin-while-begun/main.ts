// What does not belong to the running transaction waits for its turn at the door, and then `begin` takes a turn once more: a
// transaction that begins while another one runs waits for itself. Seen in DallasHoff/sqlocal (its processor, which takes the messages of all transactions).
import { createTurns } from "./turns.ts";

interface Message { readonly do: "begin" | "commit" | "query"; readonly transaction: string }

class Processor {
  protected turns = createTurns();
  protected current: string | null = null;

  handle = async (message: Message): Promise<void> => {
    const belongs = this.current === null || message.transaction === this.current;
    if (!belongs) await this.turns.enter();
    switch (message.do) {
      case "begin":
        await this.turns.enter(); // ! no-recursive-lock certain
        this.current = message.transaction;
        break;
      case "commit":
        this.current = null;
        this.turns.leave();
        break;
      case "query":
    }
    if (!belongs) this.turns.leave();
  };
}

const processor = new Processor();
await processor.handle({ do: "begin", transaction: "first" });
const second = processor.handle({ do: "begin", transaction: "second" });
await processor.handle({ do: "commit", transaction: "first" });
await second;
console.log("done");
