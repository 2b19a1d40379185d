"use client";

import { cloneElement, lazy, type RefObject, Suspense, useRef, useState } from "react";

const load = () => import("./popover-panel");
const Panel = lazy(load);

/**
 * A button that opens a small panel. Escape and a click outside close it; focus goes back to the button. What places the
 * panel is 37 KB that the first screen does not need: it comes when the pointer or the focus comes near.
 */
export function Popover({
  trigger,
  children,
  open,
  onOpenChange,
  align = "start",
}: {
  trigger: React.ReactElement<React.ComponentProps<"button">>;
  children: React.ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "end";
}) {
  const anchor = useRef<HTMLSpanElement>(null);
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  const change = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  return (
    <span ref={anchor} className="inline-flex max-w-full">
      {cloneElement(trigger, {
        "aria-haspopup": "dialog",
        "aria-expanded": isOpen,
        onClick: () => change(!isOpen),
        onPointerEnter: () => void load(),
        onFocus: () => void load(),
      })}
      {isOpen && (
        <Suspense>
          <Panel anchor={anchor as RefObject<HTMLElement>} open onOpenChange={change} align={align}>
            {children}
          </Panel>
        </Suspense>
      )}
    </span>
  );
}
