export const values = new Map<string, string>();
