/** The caller's address as the nearest proxy, or Next's own server, gives it. */
export function addressOf(forwarded: string | string[] | null | undefined): string {
  const text = Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "");
  return text.split(",").pop()?.trim() || "unknown";
}
