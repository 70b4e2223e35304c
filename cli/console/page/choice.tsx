/** A choice of few values, with its name; `names` says how a value reads, where not as it is. */
export function Choice({
  name,
  value,
  values,
  names = {},
  onChoose,
}: {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  readonly onChoose: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{name}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.value);
        }}
      >
        {values.map((each) => (
          <option key={each} value={each}>
            {names[each] ?? each}
          </option>
        ))}
      </select>
    </label>
  );
}
