import type { Metadata } from "next";
import { Conference } from "@/components/conference/conference";
import { pathValue } from "../../path-value";

type Params = Promise<{ conf: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Conference ${await pathValue(params, "conf")}` };
}

export default async function ConferencePage({ params }: { params: Params }) {
  return <Conference id={await pathValue(params, "conf")} />;
}
