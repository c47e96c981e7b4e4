export interface Session {
  readonly userId: string;
  readonly expires: number;
}

export const sessionTable = new Map<string, Session>();
export const lastSeen = new Map<string, number>();
