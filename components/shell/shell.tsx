"use client";

import { clsx } from "clsx";
import { LogOut, Menu, Moon, Search, Sun } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { useWorkspace } from "../data/workspace";
import { useView } from "../filters/use-view";
import { AccountSwitch } from "./account-switch";
import { pageGroups } from "./pages";
import { signOut } from "./sign-out";
import { switchTheme } from "./theme";

const Find = dynamic(() => import("../find/find").then((module) => module.Find), { ssr: false });

function Mark() {
  return <span aria-hidden className="size-4 rounded bg-gradient-to-br from-[#2f6bed] to-[#7c4dcc]" />;
}

function ThemeSwitch() {
  const [theme, setTheme] = useState<string>();
  useEffect(() => setTheme(document.documentElement.dataset.theme), []);
  return (
    <button
      type="button"
      className="flex h-8 items-center gap-2 rounded-md px-2 text-soft hover:bg-sunken hover:text-ink"
      onClick={() => setTheme(switchTheme())}
    >
      {theme === "dark" ? <Sun size={15} aria-hidden /> : <Moon size={15} aria-hidden />}
      {theme === "dark" ? "Light theme" : "Dark theme"}
    </button>
  );
}

export function Shell({ children }: { children: React.ReactNode }) {
  const path = usePathname();
  const { hrefWith } = useView();
  const { person } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const [isFinding, setFinding] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setFinding((open) => !open);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <div className="min-h-screen print:!block md:grid md:grid-cols-[212px_minmax(0,1fr)]">
      <a href="#main" className="sr-only z-50 rounded bg-ink px-3 py-2 text-canvas focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to content
      </a>
      <header className="no-print flex h-12 items-center justify-between border-b border-line bg-surface px-4 md:hidden">
        <span className="flex items-center gap-2 font-semibold">
          <Mark /> Meetledger
        </span>
        <button
          type="button"
          aria-label="Menu"
          aria-expanded={isOpen}
          aria-controls="navigation"
          className="rounded-md p-2 hover:bg-sunken"
          onClick={() => setOpen(!isOpen)}
        >
          <Menu size={18} />
        </button>
      </header>
      <nav
        id="navigation"
        aria-label="Main"
        className={clsx(
          "border-line border-b bg-surface p-2 md:sticky md:top-0 md:flex md:h-screen md:flex-col md:border-r md:border-b-0",
          isOpen ? "block" : "hidden",
        )}
      >
        <span className="hidden items-center gap-2 px-2.5 py-3 text-sm font-semibold md:flex">
          <Mark /> Meetledger
        </span>
        <button
          type="button"
          className="mb-2 flex h-8 w-full items-center gap-2 rounded-md border border-line px-2.5 text-faint hover:text-ink"
          onClick={() => {
            setOpen(false);
            setFinding(true);
          }}
        >
          <Search size={14} aria-hidden /> Find
          <kbd className="ml-auto font-sans text-[11px]">Ctrl K</kbd>
        </button>
        {isFinding && <Find onClose={() => setFinding(false)} />}
        {pageGroups.map(({ label, pages }) => (
          <div key={label ?? "main"} className="mb-2">
            {label && <p className="px-2.5 pt-3 pb-1 text-[11px] font-medium uppercase tracking-wide text-faint">{label}</p>}
            <ul>
              {pages.map(([href, name]) => (
                <li key={href}>
                  <Link
                    href={hrefWith(href)}
                    prefetch={false}
                    aria-current={path === href ? "page" : undefined}
                    onClick={() => setOpen(false)}
                    className={clsx(
                      "block rounded-md px-2.5 py-1.5",
                      path === href || path.startsWith(`${href}/`) ? "bg-sunken font-semibold text-ink" : "text-soft hover:bg-sunken hover:text-ink",
                    )}
                  >
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <div className="mt-auto grid gap-1 border-line border-t pt-2">
          <AccountSwitch />
          <ThemeSwitch />
          <div className="flex items-center justify-between gap-2 px-2 py-1">
            <div className="min-w-0">
              <p className="truncate font-medium">{person.name}</p>
              <p className="truncate text-xs text-faint">{person.role}</p>
            </div>
            <button
              type="button"
              aria-label="Sign out"
              title="Sign out"
              className="rounded-md p-2 text-soft hover:bg-sunken hover:text-ink"
              onClick={() => signOut()}
            >
              <LogOut size={15} />
            </button>
          </div>
        </div>
      </nav>
      <main id="main" className="mx-auto grid w-full min-w-0 max-w-[1320px] grid-cols-1 content-start gap-3 px-4 pt-3 pb-10 md:px-6">
        {children}
      </main>
    </div>
  );
}
