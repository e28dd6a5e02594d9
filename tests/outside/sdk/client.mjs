// A client that is not ours: the vendor's SDK, told what to do on stdin, telling what it got on stdout, both in JSON.
// `authorize` makes the address that a person opens; `read` signs in with the code and reads. Judges nothing itself.

import { readFileSync } from "node:fs";
import sdk from "@procore/js-sdk"; // CommonJS: all of it is the default

const given = JSON.parse(readFileSync(0, "utf8"));
const options = { apiHostname: given.url, defaultCompanyId: given.company_id };
const application = { id: given.client_id, secret: given.client_secret, uri: given.redirect_uri };
const base = "/companies/{company_id}/projects/{project_id}/document_management";
const place = { company_id: given.company_id, project_id: given.project_id };

function authorize() {
  return { address: sdk.authorize({ clientId: given.client_id, uri: given.redirect_uri }, options) };
}

/** The address that a Link header names for a relation, as the SDK takes it: without the host. */
function linked(response, relation) {
  for (const link of (response.headers.get("Link") ?? "").split(", ")) {
    const [, address, name] = /^<(.*)>; rel="(.*)"$/.exec(link) ?? [];
    if (name === relation) return address.slice(given.url.length);
  }
  return null;
}

/** All rows of a list, page by page along its links (the SDK hands over headers, and leaves the walk to its user). */
async function pages(client, endpoint, config) {
  const rows = [];
  const told = [];
  for (let next = endpoint; next; ) {
    const { body, response } = await client.get(next, config);
    rows.push(...body.data);
    told.push({ rows: body.data.length, total: response.headers.get("Total"), link: response.headers.get("Link") });
    next = linked(response, "next");
  }
  return { rows, told };
}

/** What the SDK says of a call that the service refuses. */
async function refused(call) {
  return call.then(
    () => null,
    ({ body, response }) => ({ status: response.status, body }),
  );
}

async function read() {
  const token = await sdk.token({ ...application, code: given.code }, options);
  const again = await sdk.token({ ...application, code: given.code }, options);
  const refreshed = [];
  const oauth = sdk.oauth(token.access_token);
  const refresh = async () => {
    refreshed.push(await sdk.refresh({ ...application, refresh: token.refresh_token }, options));
    return refreshed.at(-1);
  };
  const plain = sdk.client(oauth, undefined, options);
  const client = sdk.client(sdk.refresher(oauth, refresh), undefined, options);
  const me = (await client.get({ base: "/me" })).body;
  const qs = { page: 1, per_page: given.per_page };
  const fields = await pages(client, { base: `${base}/fields`, params: place, qs, version: "v2.0" });
  const filters = { document_container_id: given.container_id };
  const revisions = await pages(client, {
    base: `${base}/document_revisions`, params: place, qs: { ...qs, filters }, version: "v2.0",
  });

  oauth.setToken("dead");
  const dead = await refused(plain.get({ base: "/me" }));
  const endpoint = { base: `${base}/document_uploads`, params: { ...place, id: given.upload_id }, version: "v2.1" };
  const upload = (await client.get(endpoint)).body.data; // refreshes on its way
  const spent = await sdk.refresh({ ...application, refresh: token.refresh_token }, options);

  const selected = await client.post(
    { base: `${base}/document_uploads`, action: "selected_uploads", params: place, qs, version: "v2.2" },
    { ids: [given.upload_id] },
  );
  const unknown = await refused(plain.get({ ...endpoint, params: { ...place, id: "0".repeat(26) } }));
  const elsewhere = await refused(plain.get(endpoint, { companyId: 1 }));
  const info = await sdk.info(oauth.getToken(), options);
  await sdk.revoke(
    { token: oauth.getToken(), clientId: given.client_id, clientSecret: given.client_secret }, options,
  );
  const revoked = await refused(plain.get({ base: "/me" }));
  return {
    token, again, me, fields, revisions, dead, refreshed, upload, spent,
    selected: selected.body.data, unknown, elsewhere, info, revoked,
  };
}

const command = { authorize, read }[process.argv[2]];
process.stdout.write(JSON.stringify(await command()));
