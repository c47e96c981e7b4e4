/** Something that whoever calls the command can mend: told without a stack, with exit code 2. */
export class UsageError extends Error {}
