import { Select } from "../ui/field";
import { roleWords } from "./person";

/** Chooses a role, in words that say what it may. */
export function RoleSelect({ value, onChange, disabled = false }: { value: string; onChange: (role: string) => void; disabled?: boolean }) {
  return (
    <Select label="Role" name="role" value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
      {Object.entries(roleWords).map(([key, word]) => (
        <option key={key} value={key}>
          {word}
        </option>
      ))}
    </Select>
  );
}
