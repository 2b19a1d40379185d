"use client";

import { Popover as Radix } from "radix-ui";
import type { RefObject } from "react";

/** The open part of a Popover: placed, focused and closed by Radix. */
export default function PopoverPanel({
  anchor,
  open,
  onOpenChange,
  align,
  children,
}: {
  anchor: RefObject<HTMLElement>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  align: "start" | "end";
  children: React.ReactNode;
}) {
  const trigger = () => anchor.current?.querySelector("button");
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Anchor virtualRef={anchor} />
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={trigger()?.textContent ?? undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            trigger()?.focus();
          }}
          // The trigger itself opens and closes; a click on it is not one outside.
          onInteractOutside={(event) => {
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
          }}
          className="z-50 max-h-[var(--radix-popover-content-available-height)] max-w-[calc(100vw-16px)] overflow-auto rounded-lg border border-line bg-surface p-2 text-ink shadow-lg"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
