import { Field } from "./field";

/** A password that someone chooses. The server holds to the same length. */
export function NewPassword({
  label = "New password",
  hint = "At least 10 characters.",
  autoFocus,
  errors,
}: {
  label?: string;
  hint?: string;
  autoFocus?: boolean;
  errors: string[] | undefined;
}) {
  return (
    <Field
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      required
      autoFocus={autoFocus}
      minLength={10}
      hint={hint}
      errors={errors}
    />
  );
}
