"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";

export function Dialog({
  title,
  description,
  open = true,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  description?: string;
  open?: boolean;
  onClose: () => void;
  /** For tables. */
  wide?: boolean;
  children: React.ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={clsx(
            "fixed top-1/2 left-1/2 z-50 grid max-h-[90vh] grid-cols-[minmax(0,1fr)] -translate-x-1/2 -translate-y-1/2 gap-4 overflow-auto rounded-xl border border-line bg-surface p-5 text-ink shadow-xl",
            wide ? "w-[min(860px,calc(100vw-24px))]" : "w-[min(560px,calc(100vw-24px))]",
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-soft">{description}</Radix.Description>}
            </div>
            <Radix.Close className="rounded-md p-1 text-faint hover:bg-sunken hover:text-ink" aria-label="Close">
              <X size={16} />
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
