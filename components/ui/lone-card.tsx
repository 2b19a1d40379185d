/** The one card of a page without navigation. */
export function LoneCard({ title, lead, children }: { title: string; lead: string; children?: React.ReactNode }) {
  return (
    <main className="grid min-h-screen place-items-center p-4">
      <div className="w-full max-w-sm rounded-xl border border-line bg-surface p-6">
        <p className="mb-4 flex items-center gap-2 font-semibold">
          <span aria-hidden className="size-4 rounded bg-gradient-to-br from-[#2f6bed] to-[#7c4dcc]" /> Meetledger
        </p>
        <h1 className="text-lg font-semibold">{title}</h1>
        <p className="mt-1 mb-4 text-soft">{lead}</p>
        {children}
      </div>
    </main>
  );
}
