export abstract class Workflow {
  protected abstract lockStep<T>(name: string, work: () => Promise<T>): Promise<T>;
  protected abstract mark(name: string, status: string): Promise<void>;

  async step(name: string): Promise<string> {
    return this.lockStep(name, async () => {
      await this.mark(name, "running"); // ! no-recursive-lock certain
      return name;
    });
  }
}
