import { clsx } from "clsx";

const tones = { good: "bg-good-tint text-good", bad: "bg-bad-tint text-bad", warn: "bg-warn-tint text-warn", plain: "bg-sunken text-soft" };

export function Badge({ tone = "plain", children }: { tone?: keyof typeof tones; children: React.ReactNode }) {
  return <span className={clsx("tabular inline-block whitespace-nowrap rounded-full px-2 py-0.5 text-xs font-medium", tones[tone])}>{children}</span>;
}
