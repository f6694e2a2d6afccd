/** Waits for something, and no longer than `ms`: undefined when it did not come in time. The work itself goes on, and keeps no process alive. */
export const within = <Value>(ms: number, work: Promise<Value>): Promise<Value | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
