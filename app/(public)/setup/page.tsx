import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SetUpForm } from "@/components/sign-in/set-up-form";
import { LoneCard } from "@/components/ui/lone-card";
import { needsSetUp } from "@/lib/auth";

export const metadata: Metadata = { title: "Set up" };
export const dynamic = "force-dynamic";

export default async function SetUpPage() {
  if (!(await needsSetUp())) redirect("/login");
  return (
    <LoneCard title="Set up Meetledger" lead="Make the first admin. This page works once.">
      <SetUpForm />
    </LoneCard>
  );
}
