import { useSyncExternalStore } from "react";

const signs = ["pointermove", "pointerdown", "wheel", "keydown"];
let isHere = false;

function subscribe(tell: () => void): () => void {
  const end = new AbortController();
  const arrive = () => {
    isHere = true;
    end.abort();
    tell();
  };
  if (!isHere) for (const sign of signs) window.addEventListener(sign, arrive, { passive: true, signal: end.signal });
  return () => end.abort();
}

/** Whether the reader has moved a pointer, touched, scrolled or pressed a key since the page was opened. Never on the server. */
export const useIsHere = () =>
  useSyncExternalStore(
    subscribe,
    () => isHere,
    () => false,
  );
