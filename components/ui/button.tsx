import { clsx } from "clsx";

const kinds = {
  plain: "border border-line bg-surface text-ink hover:bg-sunken",
  strong: "bg-ink text-canvas hover:opacity-90",
  accent: "bg-accent text-accent-ink hover:opacity-90",
  quiet: "text-soft hover:bg-sunken hover:text-ink",
  danger: "border border-line bg-surface text-bad hover:bg-bad-tint",
};

export function Button({ kind = "plain", className, ...rest }: React.ComponentProps<"button"> & { kind?: keyof typeof kinds }) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(
        "inline-flex h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-md px-3 font-medium disabled:cursor-not-allowed disabled:opacity-50",
        kinds[kind],
        className,
      )}
    />
  );
}
