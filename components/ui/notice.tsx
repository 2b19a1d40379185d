import { clsx } from "clsx";
import { CircleAlert, Info } from "lucide-react";

const tones = { warn: "border-warn/30 bg-warn-tint text-warn", bad: "border-bad/30 bg-bad-tint text-bad", plain: "border-line bg-surface text-soft" };

export function Notice({ tone = "plain", children, action }: { tone?: keyof typeof tones; children: React.ReactNode; action?: React.ReactNode }) {
  const Icon = tone === "plain" ? Info : CircleAlert;
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={clsx("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3 py-2", tones[tone])}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 basis-60">{children}</div>
      {action}
    </div>
  );
}
