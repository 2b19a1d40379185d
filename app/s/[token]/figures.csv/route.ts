import { fileOf } from "../files";
import { orProblem } from "../shared";

export async function GET(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  return orProblem(() => fileOf(request, token, "csv"));
}
