import { useEffect, useRef, useState } from 'react';

const LOOK_MS = 1500;

/**
 * True for a moment after what is on show has changed under the viewer's eyes: a press that was meant for the text before it must not
 * count for the text after it.
 */
export const useJustChanged = (digest: string | undefined): boolean => {
  const shown = useRef(digest);
  const [changed, setChanged] = useState(false);
  const isNew = shown.current !== digest;
  useEffect(() => {
    if (shown.current === digest) return;
    shown.current = digest;
    setChanged(true);
    const timer = setTimeout(() => setChanged(false), LOOK_MS);
    return () => clearTimeout(timer);
  }, [digest]);
  return changed || isNew;
};
