export function createTurns() {
  let busy: Promise<void> | undefined;
  let open: (() => void) | undefined;
  return {
    enter: async () => {
      while (busy) await busy;
      busy = new Promise((opened) => { open = opened; });
    },
    leave: () => {
      const opened = open;
      busy = undefined;
      open = undefined;
      opened?.();
    },
  };
}
