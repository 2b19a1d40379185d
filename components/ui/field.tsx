import { clsx } from "clsx";
import { useId } from "react";

const box = "h-9 w-full rounded-md border border-line bg-surface px-2.5 text-ink placeholder:text-faint";

/** A labelled input with the message that the server gave for it. */
export function Field({ label, hint, errors, ...rest }: React.ComponentProps<"input"> & { label: string; hint?: string; errors?: string[] | undefined }) {
  const id = useId();
  const said = errors?.join(", ") ?? hint;
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium text-soft">
        {label}
      </label>
      <input
        id={id}
        {...rest}
        aria-invalid={errors ? true : undefined}
        aria-describedby={said ? `${id}-said` : undefined}
        className={clsx(box, errors && "border-bad", rest.className)}
      />
      {said && (
        <p id={`${id}-said`} className={clsx("text-xs", errors ? "text-bad" : "text-faint")}>
          {said}
        </p>
      )}
    </div>
  );
}

export function Select({ label, children, ...rest }: React.ComponentProps<"select"> & { label: string }) {
  const id = useId();
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium text-soft">
        {label}
      </label>
      <select id={id} {...rest} className={box}>
        {children}
      </select>
    </div>
  );
}
