import { redirect } from "next/navigation";
import { WorkspaceProvider } from "@/components/data/workspace";
import { Shell } from "@/components/shell/shell";
import { needsSetUp } from "@/lib/auth";
import { accountsOf } from "@/lib/metrics";
import { isLimited } from "@/lib/scope";
import { readSettings } from "@/lib/state";
import { who } from "./who";

export const dynamic = "force-dynamic";

export default async function SignedInLayout({ children }: { children: React.ReactNode }) {
  const current = await who();
  if (!current) redirect((await needsSetUp()) ? "/setup" : "/login");
  const { id, name, email, role, hasTwoStep, signsIn } = current.person;
  const [{ viewersSeeNames: _, ...settings }, accounts] = await Promise.all([readSettings(), accountsOf(current.scope)]);
  const workspace = {
    person: { id, name, email, role, hasTwoStep, signsIn },
    seesAll: !isLimited(current.scope),
    seesNames: !current.scope.masked,
    accounts: accounts.map((account) => ({ id: account.id, name: account.name })),
    ...settings,
    now: Date.now(),
  };
  return (
    <WorkspaceProvider value={workspace}>
      <Shell>{children}</Shell>
    </WorkspaceProvider>
  );
}
