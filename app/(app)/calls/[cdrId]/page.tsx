import type { Metadata } from "next";
import { Call } from "@/components/calls/call";
import { pathValue } from "../../path-value";

export const metadata: Metadata = { title: "Call" };

export default async function CallPage({ params }: { params: Promise<{ cdrId: string }> }) {
  return <Call id={await pathValue(params, "cdrId")} />;
}
