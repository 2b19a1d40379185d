import { redirect } from "next/navigation";
import { WorkspaceProvider } from "@/components/data/workspace";
import { Shell } from "@/components/shell/shell";
import { listAccounts } from "@/lib/accounts";
import { needsSetUp, signedIn } from "@/lib/auth";
import { readSettings } from "@/lib/state";

export const dynamic = "force-dynamic";

export default async function SignedInLayout({ children }: { children: React.ReactNode }) {
  const current = await signedIn();
  if (!current) redirect((await needsSetUp()) ? "/setup" : "/login");
  const { id, name, email, role } = current.person;
  const [settings, accounts] = await Promise.all([readSettings(), listAccounts()]);
  const workspace = {
    person: { id, name, email, role },
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
