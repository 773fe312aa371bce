import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  connect,
  createTestEngine,
  type EngineClient,
} from "../../../support/sandbox/engine-client.ts";

let client: EngineClient;

before(async () => {
  client = connect(createTestEngine());
  await client.script(`
    create database shop
    GO
    use shop
    GO
    create table customer (id int primary key, name nvarchar(40) not null, city nvarchar(20))
    create table orders (id int primary key, customer int references customer(id), total decimal(10,2))
    create index by_customer on orders(customer)
    insert customer values (1, N'Ann', N'Rome'), (2, N'Bob', null), (3, N'Cid', N'Rome')
    insert orders values (10, 1, 5.50), (11, 1, 4.50), (12, 2, 7), (13, null, 1)`);
});

const CASES: readonly (readonly [string, string, unknown])[] = [
  [
    "an inner join",
    "select c.name, o.id from customer c join orders o on o.customer = c.id order by o.id",
    [
      ["Ann", 10],
      ["Ann", 11],
      ["Bob", 12],
    ],
  ],
  [
    "a left join",
    "select c.id, o.id from customer c left join orders o on o.customer = c.id and o.total > 5 order by 1",
    [
      [1, 10],
      [2, 12],
      [3, null],
    ],
  ],
  [
    "a right join",
    "select c.id, o.id from customer c right join orders o on o.customer = c.id order by o.id",
    [
      [1, 10],
      [1, 11],
      [2, 12],
      [null, 13],
    ],
  ],
  [
    "a full join",
    "select c.id, o.id from (select * from customer where id > 1) c full join orders o on o.customer = c.id order by o.id, c.id",
    [
      [3, null],
      [null, 10],
      [null, 11],
      [2, 12],
      [null, 13],
    ],
  ],
  [
    "sources with commas",
    "select c.id from customer c, orders o where c.id = o.customer and o.id = 12",
    [[2]],
  ],
  [
    "groups",
    "select city, count(*), max(name) from customer group by city order by city",
    [
      [null, 1, "Bob"],
      ["Rome", 2, "Cid"],
    ],
  ],
  ["HAVING", "select customer from orders group by customer having sum(total) > 8", [[1]]],
  ["an aggregate of no rows", "select count(*), sum(total) from orders where id > 99", [[0, null]]],
  [
    "groups of an expression",
    "select id % 2, count(*) from orders group by id % 2 order by id % 2",
    [
      [0, 2],
      [1, 2],
    ],
  ],
  [
    "ROLLUP",
    "select city, grouping(city), count(*) from customer group by rollup(city) order by 2, 1",
    [
      [null, 0, 1],
      ["Rome", 0, 2],
      [null, 1, 3],
    ],
  ],
  ["DISTINCT", "select distinct city from customer order by city desc", [["Rome"], [null]]],
  [
    "TOP WITH TIES",
    "select top 1 with ties city from customer order by city desc",
    [["Rome"], ["Rome"]],
  ],
  [
    "OFFSET and FETCH",
    "select id from orders order by id offset 1 rows fetch next 2 rows only",
    [[11], [12]],
  ],
  [
    "a correlated subquery",
    "select id, (select count(*) from orders o where o.customer = c.id) from customer c order by id",
    [
      [1, 2],
      [2, 1],
      [3, 0],
    ],
  ],
  [
    "EXISTS and IN",
    "select id from customer c where exists (select 1 from orders where customer = c.id) and id not in (select customer from orders where id = 12) order by id",
    [[1]],
  ],
  [
    "UNION",
    "select city from customer union select name from customer where id = 1 order by 1",
    [[null], ["Ann"], ["Rome"]],
  ],
  ["EXCEPT", "select id from customer except select customer from orders", [[3]]],
  [
    "INTERSECT",
    "select id from customer intersect select customer from orders order by id",
    [[1], [2]],
  ],
  [
    "a recursive expression",
    "with n as (select 1 as i union all select i + 1 from n where i < 4) select sum(i) from n",
    [[10]],
  ],
  [
    "CROSS APPLY",
    "select c.id, o.id from customer c cross apply (select top 1 id from orders where customer = c.id order by id desc) o order by 1",
    [
      [1, 11],
      [2, 12],
    ],
  ],
  [
    "OUTER APPLY",
    "select c.id, o.n from customer c outer apply (select count(*) n from orders where customer = c.id having count(*) > 0) o order by 1",
    [
      [1, 2],
      [2, 1],
      [3, null],
    ],
  ],
  [
    "window functions",
    "select id, row_number() over (partition by city order by name desc) from customer order by id",
    [
      [1, 2n],
      [2, 1n],
      [3, 1n],
    ],
  ],
  [
    "a window over groups",
    "select city, sum(count(*)) over () from customer group by city order by city",
    [
      [null, 3],
      ["Rome", 3],
    ],
  ],
  ["a value table", "select b from (values (1, 'x'), (2, 'y')) as v(a, b) where a = 2", [["y"]]],
  ["a three-part name", "select count(*) from shop.dbo.customer", [[3]]],
  ["BETWEEN on a key", "select id from orders where id between 11 and 12", [[11], [12]]],
  ["a descending read of a key", "select top 2 id from orders order by id desc", [[13], [12]]],
];

for (const [name, sql, expected] of CASES) {
  test(`${name} gives the rows that SQL Server gives`, async () => {
    assert.deepEqual(await client.rows(sql), expected);
  });
}

const REFUSED: readonly (readonly [number, string])[] = [
  [208, "select * from nothing"],
  [207, "select nothing from customer"],
  [4104, "select x.id from customer"],
  [209, "select id from customer, orders"],
  [8120, "select name, count(*) from customer"],
  [145, "select distinct city from customer order by name"],
  [1011, "select 1 from customer a, orders a"],
  [205, "select 1 union select 1, 2"],
  [530, "with n as (select 1 as i union all select i + 1 from n) select count(*) from n"],
  [137, "select @nothing"],
  [512, "select (select id from customer)"],
  [108, "select id from customer order by 2"],
  [911, "select * from nowhere.dbo.t"],
  [102, "select from"],
];

for (const [number, sql] of REFUSED) {
  test(`${sql} is refused with ${number}`, async () => {
    const actual = await client.error(sql);
    assert.equal(
      number === 102 ? [102, 156].includes(actual) : actual === number,
      true,
      String(actual),
    );
  });
}

test("an aborted signal ends a statement that computes for long", async () => {
  const abort = new AbortController();
  const running = client.run("declare @i int = 0 while 1 = 1 set @i += 1", abort.signal);
  setTimeout(() => {
    abort.abort();
  }, 10);
  assert.deepEqual((await running).errors, []);
  const product = new AbortController();
  const joining = client.run(
    "with n as (select 1 as i union all select i + 1 from n where i < 90) select count_big(*) from n a, n b, n c, n d, n e",
    product.signal,
  );
  setTimeout(() => {
    product.abort();
  }, 10);
  await joining;
});
