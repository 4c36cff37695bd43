// A client that knows nothing of the platform but its OpenAPI document: calls are made by operationId.
// Usage: node client.mjs ADDRESS TOKEN. Prints what it did as one line of JSON.
import assert from "node:assert/strict";

const [address, token] = process.argv.slice(2);

/** Every operation of the document as a function of its parameters (by name), its body, and headers. */
async function operations() {
  const told = await (await fetch(`${address}/api/openapi.json`)).json();
  assert.match(told.openapi, /^3\.1/);
  const found = {};
  for (const [path, methods] of Object.entries(told.paths))
    for (const [method, one] of Object.entries(methods)) found[one.operationId] = call(path, method, one);
  return found;
}

function call(path, method, told) {
  return async (given = {}) => {
    const query = new URLSearchParams();
    const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", "Accept-Language": "en" };
    let place = path;
    for (const { name, in: where, required } of told.parameters) {
      const value = given[name];
      if (value === undefined) {
        assert.ok(!required, `${told.operationId} needs ${name}`);
        continue;
      }
      if (where === "path") place = place.replace(`{${name}}`, encodeURIComponent(value));
      if (where === "query") query.set(name, value);
      if (where === "header") headers[name] = value;
    }
    let body;
    if (told.requestBody) {
      const [kind] = Object.keys(told.requestBody.content);
      if (kind === "multipart/form-data") {
        body = new FormData();
        body.set("file", given.file, given.name);
      } else {
        headers["Content-Type"] = kind;
        body = kind === "application/json" ? JSON.stringify(given.body) : given.body;
      }
    }
    const target = `${address}${place}${query.size ? `?${query}` : ""}`;
    const answer = await fetch(target, { method: method.toUpperCase(), headers, body });
    const known = told.responses[answer.status];
    assert.ok(known, `${told.operationId} answered ${answer.status}, which the document does not know`);
    const [kind] = Object.keys(known.content);
    assert.equal(answer.headers.get("Content-Type"), kind);
    return { status: answer.status, headers: answer.headers, body: kind.endsWith("json") ? await answer.json() : await answer.bytes() };
  };
}

/** Values that satisfy a form's schema as far as this client can: what the form begins with, and a word where it asks. */
function filled(form, values) {
  const found = { ...values };
  for (const name of form.required ?? []) if (form.properties[name].type === "string") found[name] = `made for ${name}`;
  return found;
}

const api = await operations();
const { body: processes } = await api.list_definitions();
assert.ok(processes.items.find((one) => one.id === "tiny").may_start);
const { body: process_ } = await api.read_definition({ definition: "tiny" });
const start = { definition: "tiny", body: { values: filled(process_.form, process_.values) }, "Idempotency-Key": "node-1" };
const begun = await api.start_instance(start);
assert.equal(begun.status, 201);
const instance = begun.body.id;
assert.equal(begun.headers.get("Location"), `/api/instances/${instance}`);
assert.equal((await api.start_instance(start)).body.id, instance);

const { body: waiting } = await api.list_tasks({ instance });
assert.equal(waiting.total, 1);
const task = waiting.items[0].id;
const shown = await api.read_task({ task });
const tag = shown.headers.get("ETag");
assert.equal((await api.claim_task({ task, "If-Match": tag })).status, 200);
assert.equal((await api.release_task({ task, "If-Match": tag })).status, 412);
const wrong = await api.complete_task({ task, body: { values: {} } });
assert.deepEqual([wrong.status, wrong.body.errors[0].field], [422, "/values/text"]);
const done = await api.complete_task({ task, body: { values: filled(shown.body.form, shown.body.values) } });
assert.equal(done.status, 200);

const { body: upload } = await api.upload_file({ file: new Blob(["plain words\n"]), name: "words.txt" });
const { body: read } = await api.read_instance({ instance });
const { body: record } = await api.read_history({ instance });
const { body: proof } = await api.verify_instance({ instance });
assert.equal((await api.read_instance({ instance: "nothing" })).status, 404);
console.log(
  JSON.stringify({
    state: read.state,
    commands: record.items.map((one) => one.command.type),
    answers: record.items.at(-1).command.values,
    sound: proof.sound,
    file: upload.name,
  }),
);
