import Link from "next/link";

/** A page's title, where it stands, and what can be done on it. */
export function PageHead({
  title,
  above,
  beside,
  children,
}: {
  title: React.ReactNode;
  /** The page that this one is part of. */
  above?: { href: string; label: string };
  beside?: React.ReactNode;
  children?: React.ReactNode;
}) {
  return (
    <div className="flex min-h-8 flex-wrap items-end justify-between gap-2">
      <div className="min-w-0">
        {above && (
          <Link href={above.href} prefetch={false} className="text-xs text-faint hover:text-ink hover:underline">
            {above.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center gap-x-2">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words">{title}</h1>
          {beside}
        </div>
      </div>
      {children && <div className="no-print flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}
