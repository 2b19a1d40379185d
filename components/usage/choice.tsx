import { useId } from "react";

/** One of a few, with its label; the choice is kept in the address by the caller. */
export function Choice({
  label,
  name,
  value,
  options,
  onPick,
}: {
  label: string;
  name: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onPick: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-faint">
        {label}
      </label>
      <select
        id={id}
        name={name}
        className="h-8 rounded-md border border-line bg-surface px-2 font-medium"
        value={value}
        onChange={(event) => onPick(event.target.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
