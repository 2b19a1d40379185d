import { parseArgs } from "node:util";
import { Provider } from "oidc-provider";
import { oidc } from "./settings";

/** Who the identity provider of the tests knows, by the name typed into its sign-in page. */
const people: Record<string, { name: string; roles: string[]; verified?: boolean; email?: string }> = {
  meera: { name: "Meera Nair", roles: ["finance"] },
  boss: { name: "The Boss", roles: ["finance", "platform-admins"] },
  stranger: { name: "A Stranger", roles: ["canteen"] },
  // Says that it is somebody whom Meetledger knows already, and cannot show it.
  impostor: { name: "Not Asha", roles: ["platform-admins"], verified: false, email: "asha@example.com" },
};

/** A real OpenID Connect server, with its own sign-in page. */
const { values } = parseArgs({ options: { port: { type: "string" }, app: { type: "string" } } });
const port = Number(values.port);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: oidc.clientId,
      client_secret: oidc.clientSecret,
      redirect_uris: [`${values.app}/api/auth/callback/oidc`],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { email: ["email", "email_verified"], profile: ["name", "roles"] },
  cookies: { keys: ["a key for tests"] },
  features: { devInteractions: { enabled: true } },
  async findAccount(_context, id) {
    const person = people[id];
    if (!person) return undefined;
    const { name, roles, verified = true, email = `${id}@example.com` } = person;
    return { accountId: id, claims: async () => ({ sub: id, name, roles, email, email_verified: verified }) };
  },
});
provider.listen(port, "127.0.0.1");
