import { redirect } from "next/navigation";
import { signedIn } from "@/lib/auth";
import { defaultViewOf } from "@/lib/sharing";

/** Whoever signs in starts with the view of their choice, or with Overview. */
export default async function Home() {
  const current = await signedIn();
  const start = current && (await defaultViewOf({ ...current.person, scope: current.scope }));
  // An address that was kept may hold what a header cannot; a URL does not.
  const { pathname, search } = new URL(start ?? "/overview", "http://here");
  redirect(`${pathname}${search}`);
}
