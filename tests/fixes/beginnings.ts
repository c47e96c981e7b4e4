/** How small programs of several tables begin. */
export const POOL = `import { Pool } from "pg";
const pool = new Pool({ max: 1 });
`;
