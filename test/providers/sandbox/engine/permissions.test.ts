import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  connect,
  createTestEngine,
  type EngineClient,
} from "../../../support/sandbox/engine-client.ts";

let owner: EngineClient;
let user: EngineClient;

beforeEach(async () => {
  const engine = createTestEngine();
  owner = connect(engine);
  await owner.script(`
    create database d
    GO
    create login ann with password = 'Str0ng-enough'
    GO
    use d
    GO
    create user ann for login ann
    create table t (id int primary key, name nvarchar(20), salary int)
    insert t values (1, N'One', 100)
    create type dbo.code from nvarchar(10)
    create role readers
    GO
    create view v as select id, salary from t
    GO
    create function f() returns table as return select id, salary from t`);
  user = connect(engine, { username: "ann", database: "d" });
});

async function stored(): Promise<unknown> {
  return owner.rows(`
    select class_desc, coalesce(object_name(nullif(major_id, 0)), ''), minor_id, user_name(grantor_principal_id), permission_name, state
    from sys.database_permissions where grantee_principal_id = user_id('ann') and permission_name <> 'CONNECT'
    order by class, minor_id, permission_name`);
}

test("a right to read some columns is enforced wherever a column is used: 230", async () => {
  assert.equal(await user.error("select id from t"), 229);
  await owner.script("grant select (id, name) on object::dbo.t to ann");
  assert.deepEqual(
    await user.rows("select t.id, upper(name) from t where name = 'one' order by name"),
    [[1, "ONE"]],
  );
  for (const sql of [
    "select salary from t",
    "select * from t",
    "select id from t where salary > 0",
    "select id from t order by salary",
    "select sum(salary) from t",
    "select (select salary from t as i where i.id = o.id) from t as o",
  ]) {
    assert.equal(await user.error(sql), 230, sql);
  }
  assert.equal(await user.error("update t set name = 'x'"), 229);
  assert.deepEqual(await stored(), [
    ["OBJECT_OR_COLUMN", "t", 1, "dbo", "SELECT", "G"],
    ["OBJECT_OR_COLUMN", "t", 2, "dbo", "SELECT", "G"],
  ]);
});

test("a column may be denied where the table is granted, through roles and public too", async () => {
  await owner.script("grant select, update on t to public; alter role readers add member ann");
  await owner.script("deny select on dbo.t (salary) to readers; deny update (id) on t to ann");
  assert.equal(await user.error("select salary from t"), 230);
  assert.equal(await user.error("update t set id = 2"), 230);
  await user.script("update t set name = N'Two', salary = 5");
  assert.deepEqual(await user.rows("select name from t"), [["Two"]]);
  await owner.script("revoke select (salary) on t from readers");
  assert.deepEqual(await user.rows("select salary from t"), [[5]]);
});

test("columns of views and functions have rights too, and ownership chains need none below them", async () => {
  await owner.script("grant select (id) on v to ann; grant select (id) on f to ann");
  assert.deepEqual(await user.rows("select id from v"), [[1]]);
  assert.deepEqual(await user.rows("select id from f()"), [[1]]);
  assert.equal(await user.error("select salary from v"), 230);
  assert.equal(await user.error("select salary from f()"), 230);
});

test("a table of which only a column is granted can be seen in the catalog", async () => {
  assert.deepEqual(await user.rows("select name from sys.tables"), []);
  await owner.script("grant references (id) on t to ann");
  assert.deepEqual(await user.rows("select name from sys.tables"), [["t"]]);
});

test("columns are named with rights that columns have, and must exist", async () => {
  assert.equal(await owner.error("grant insert (id) on t to ann"), 1020);
  assert.equal(await owner.error("grant select (id) on schema::dbo to ann"), 1020);
  assert.equal(await owner.error("grant select (nothing) on t to ann"), 1911);
});

test("a column that is dropped takes its rights along", async () => {
  await owner.script("grant select (salary) on t to ann; alter table t drop column salary");
  assert.deepEqual(await stored(), []);
});

test("types, users, roles, schemas and the database have rights of their own", async () => {
  await owner.script(`
    grant references on type::dbo.code to ann with grant option
    grant control on role::readers to ann
    deny impersonate on user::dbo to ann
    grant select on schema::dbo to ann
    grant view definition on database::d to ann as dbo
    grant execute to ann`);
  assert.deepEqual(
    await owner.rows(`
      select class_desc, permission_name, state, major_id from sys.database_permissions
      where grantee_principal_id = user_id('ann') and permission_name <> 'CONNECT' order by class, permission_name`),
    [
      ["DATABASE", "EXECUTE", "G", 0],
      ["DATABASE", "VIEW DEFINITION", "G", 0],
      ["SCHEMA", "SELECT", "G", 1],
      ["DATABASE_PRINCIPAL", "CONTROL", "G", 6],
      ["DATABASE_PRINCIPAL", "IMPERSONATE", "D", 1],
      ["TYPE", "REFERENCES", "W", 257],
    ],
  );
  assert.equal(await owner.error("grant references on type::dbo.nothing to ann"), 15_151);
  assert.equal(await owner.error("grant control on database::master to ann"), 15_151);
  await owner.script("drop type dbo.code");
  assert.deepEqual(
    await owner.rows("select count(*) from sys.database_permissions where class = 6"),
    [[0]],
  );
});

test("REVOKE GRANT OPTION FOR leaves the right, and makes none", async () => {
  await owner.script("grant select on t to ann with grant option");
  await owner.script("revoke grant option for select on t from ann cascade");
  await owner.script("revoke grant option for delete on t from ann cascade");
  assert.deepEqual(await stored(), [["OBJECT_OR_COLUMN", "t", 0, "dbo", "SELECT", "G"]]);
});

test("a masked column is in the catalog, and shut to whoever may not UNMASK", async () => {
  await owner.script(`
    create table m (id int, mail varchar(50) masked with (function = 'email()'))
    insert m values (1, 'ann@example.org')
    grant select on m to ann`);
  await owner.script("create view mails as select mail from m");
  await owner.script(
    "grant select on mails to ann; alter table t alter column name add masked with (function = 'partial(1,\"--\",0)')",
  );
  const masks = "select name, is_masked, masking_function from sys.masked_columns order by name";
  assert.deepEqual(await owner.rows(masks), [
    ["mail", 1, "email()"],
    ["name", 1, 'partial(1,"--",0)'],
  ]);
  assert.deepEqual(await user.rows("select id from m"), [[1]]);
  for (const sql of [
    "select mail from m",
    "select * from mails",
    "select id from m where mail like 'a%'",
  ]) {
    assert.equal(await user.error(sql), 40_515, sql);
  }
  await owner.script("grant unmask to ann; alter table t alter column name drop masked");
  assert.deepEqual(await user.rows("select mail from mails"), [["ann@example.org"]]);
  assert.equal((await owner.rows(masks)).length, 1);
  assert.equal(
    await owner.error("create table n (a int masked with (function = 'guess()'))"),
    40_515,
  );
});
