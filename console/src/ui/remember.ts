/** The browser's own storage. It may be full or blocked: then nothing is remembered, and everything else works. */
export const remember = (key: string, value: string | null): boolean => {
  try {
    if (value === null || value === '') localStorage.removeItem(`wilco.${key}`);
    else localStorage.setItem(`wilco.${key}`, value);
    return true;
  } catch {
    return false;
  }
};

export const recall = (key: string): string | null => {
  try {
    return localStorage.getItem(`wilco.${key}`);
  } catch {
    return null;
  }
};
