/** A room by its name with the ends of its id, or by its id. */
export function RoomName({ id, name }: { id: string | null; name: string | null | undefined }) {
  if (id === null) return <span className="text-faint">no room</span>;
  const short = id.length > 10 ? `${id.slice(0, 4)}…${id.slice(-3)}` : id;
  return (
    <span title={id}>
      {name ? (
        <>
          {name} <span className="text-faint">· {short}</span>
        </>
      ) : (
        id
      )}
    </span>
  );
}
