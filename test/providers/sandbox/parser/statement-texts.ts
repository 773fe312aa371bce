/** A text and the kinds of its statements. */
export const STATEMENT_TEXTS: readonly (readonly [string, string])[] = [
  [
    `SELECT DISTINCT TOP (5) PERCENT WITH TIES a.*, b AS [c d], e = f + 1, 'x' "y", COUNT(*) n INTO #t FROM dbo.t AS a
INNER JOIN db..u b WITH (NOLOCK, INDEX(1)) ON a.i = b.i LEFT OUTER JOIN v (NOLOCK) ON v.x = a.x
CROSS APPLY dbo.f(a.i) AS g (h) OUTER APPLY (SELECT 1 AS z) q, (VALUES (1, N'a'), (2, NULL)) AS w (m, n)
WHERE a.i IN (1, 2) AND b NOT LIKE 'x!%' ESCAPE '!' AND c BETWEEN 1 AND 2 AND EXISTS (SELECT * FROM t)
AND d > ALL (SELECT 1) AND e IS NOT NULL GROUP BY a, b HAVING COUNT(*) > 1
ORDER BY 1 DESC, b OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY OPTION (MAXDOP 1, RECOMPILE)`,
    "select_statement",
  ],
  [
    "SELECT a FROM t1 UNION ALL SELECT b FROM t2 EXCEPT (SELECT 1 INTERSECT SELECT 2) ORDER BY a",
    "select_statement",
  ],
  [
    "WITH c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5), d AS (SELECT 2 AS x) SELECT * FROM c, d OPTION (MAXRECURSION 0)",
    "select_statement",
  ],
  [
    "SELECT SUM(x) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), ROW_NUMBER() OVER (ORDER BY a) FROM t",
    "select_statement",
  ],
  [
    "SELECT a, b, SUM(c) FROM t GROUP BY ROLLUP(a, b), GROUPING SETS ((a), ()) SELECT a FROM t GROUP BY a WITH CUBE",
    "select_statement select_statement",
  ],
  [
    "SELECT CAST(a AS decimal(10, 2)), CONVERT(nvarchar(max), b, 121), TRY_CONVERT(int, c), IIF(a = 1, 2, 3), COALESCE(a, b), NULLIF(a, b), DATEADD(day, 1, d), LEFT(a, 1), {fn UCASE('a')}, {d '2024-01-01'}, TRIM(LEADING 'x' FROM y), x AT TIME ZONE 'UTC', PARSE('1' AS int USING 'en-US'), CURRENT_TIMESTAMP, @@ROWCOUNT, NEXT VALUE FOR dbo.s, $IDENTITY FROM t",
    "select_statement",
  ],
  ["SELECT @a = 1, @b += 2 FROM t", "select_statement"],
  [
    "SELECT * FROM (a JOIN b ON a.x = b.x) LEFT JOIN c JOIN d ON c.x = d.x ON a.x = c.x",
    "select_statement",
  ],
  [
    "SELECT * FROM ((SELECT 1 AS a) UNION (SELECT 2)) AS t WHERE a = ((SELECT 1) UNION SELECT 2)",
    "select_statement",
  ],
  [
    "SELECT 1 WHERE a IN ((SELECT 1), 2) AND b IN ((SELECT 1) UNION SELECT 2) AND c IN ((SELECT 1)) AND EXISTS ((SELECT 1))",
    "select_statement",
  ],
  ["SELECT * FROM t FOR XML PATH('a'), ROOT('b'), TYPE", "select_statement"],
  ["SELECT * FROM t PIVOT (SUM(x) FOR y IN ([a], [b])) AS p", "select_statement"],
  ["INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, NULL)", "insert"],
  [
    "INSERT t SELECT 1 INSERT INTO @t DEFAULT VALUES INSERT t (a) EXEC p 1 INSERT t OUTPUT inserted.a INTO @x (b) VALUES (1)",
    "insert insert insert insert",
  ],
  [
    "UPDATE TOP (1) t SET a = 1, @v = b = c + 1, t.d *= 2, @w = 5 OUTPUT deleted.a FROM t JOIN u ON t.i = u.i WHERE x = 1",
    "update",
  ],
  [
    "DELETE t DELETE FROM t OUTPUT deleted.* FROM t a JOIN b ON a.i = b.i DELETE FROM t WHERE CURRENT OF c",
    "delete delete delete",
  ],
  [
    "MERGE INTO t AS a USING (SELECT 1 AS x) AS b ON a.x = b.x WHEN MATCHED AND a.y = 1 THEN UPDATE SET y = 2 WHEN NOT MATCHED BY TARGET THEN INSERT (x) VALUES (b.x) WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT $action, inserted.x;",
    "merge",
  ],
  ["TRUNCATE TABLE dbo.t", "truncate_table"],
  [
    "INSERT BULK [s].[t] ([a] int, [b] nvarchar(max) COLLATE Latin1_General_CI_AS, [c] decimal(38, 10)) WITH (KEEP_NULLS, TABLOCK, ROWS_PER_BATCH = 5, ORDER (a ASC))",
    "insert_bulk",
  ],
  [
    `CREATE TABLE [s].[t] ([a] int IDENTITY(1, 1) NOT FOR REPLICATION NOT NULL CONSTRAINT pk PRIMARY KEY CLUSTERED WITH (FILLFACTOR = 80),
 b nvarchar(20) COLLATE Latin1_General_CI_AS SPARSE NULL DEFAULT ('x'), c AS (a + 1) PERSISTED NOT NULL, d uniqueidentifier ROWGUIDCOL DEFAULT NEWID(),
 e int REFERENCES u (x) ON DELETE CASCADE ON UPDATE SET NULL CHECK (e > 0), f varchar(9) MASKED WITH (FUNCTION = 'email()'), timestamp,
 CONSTRAINT uq UNIQUE NONCLUSTERED (a DESC, b) ON [PRIMARY], FOREIGN KEY (a, b) REFERENCES v, INDEX ix NONCLUSTERED (b) INCLUDE (c) WHERE b IS NOT NULL,
 CHECK NOT FOR REPLICATION (a > 1 OR b LIKE 'x%')) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY] WITH (DATA_COMPRESSION = PAGE)`,
    "create_table",
  ],
  [
    "ALTER TABLE t WITH NOCHECK ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (b), d int NULL CONSTRAINT df DEFAULT 1 WITH VALUES",
    "alter_table",
  ],
  [
    "ALTER TABLE t ADD CONSTRAINT df DEFAULT (getdate()) FOR a ALTER TABLE t DROP CONSTRAINT c, COLUMN IF EXISTS d ALTER TABLE t ALTER COLUMN a nvarchar(5) COLLATE x NOT NULL ALTER TABLE t ALTER COLUMN a ADD ROWGUIDCOL",
    "alter_table alter_table alter_table alter_table",
  ],
  [
    "ALTER TABLE t NOCHECK CONSTRAINT ALL ALTER TABLE t WITH CHECK CHECK CONSTRAINT c ALTER TABLE t DISABLE TRIGGER ALL ALTER TABLE t REBUILD ALTER TABLE t SET (LOCK_ESCALATION = AUTO)",
    "alter_table alter_table alter_table alter_table alter_table",
  ],
  [
    "CREATE UNIQUE NONCLUSTERED INDEX i ON t (a ASC, b DESC) INCLUDE (c) WHERE a IS NOT NULL WITH (PAD_INDEX = ON, FILLFACTOR = 80) ON [PRIMARY] CREATE CLUSTERED COLUMNSTORE INDEX j ON t CREATE INDEX k ON t (a) WITH FILLFACTOR = 90",
    "create_index create_index create_index",
  ],
  [
    "ALTER INDEX ALL ON t REBUILD WITH (FILLFACTOR = 80) ALTER INDEX i ON t DISABLE DROP INDEX IF EXISTS i ON t, j ON u DROP INDEX t.i",
    "alter_index alter_index drop_index drop_index",
  ],
  [
    "CREATE STATISTICS s ON t (a, b) WITH SAMPLE 50 PERCENT, NORECOMPUTE UPDATE STATISTICS t WITH FULLSCAN DROP STATISTICS t.s",
    "create_statistics update_statistics drop_statistics",
  ],
  [
    "CREATE OR ALTER VIEW dbo.v (a, b) WITH SCHEMABINDING AS SELECT 1 AS a, 2 AS b WITH CHECK OPTION",
    "create_view",
  ],
  [
    "CREATE PROC p @a int = 1, @b varchar(5) = abc OUTPUT, @t dbo.tt READONLY WITH RECOMPILE, EXECUTE AS 'u' AS BEGIN SELECT @a RETURN 0 END",
    "create_procedure",
  ],
  ["ALTER PROCEDURE p;1 (@a int) AS SELECT 1 SELECT 2", "create_procedure"],
  [
    "CREATE FUNCTION f (@a int) RETURNS int WITH SCHEMABINDING, RETURNS NULL ON NULL INPUT AS BEGIN RETURN @a + 1 END",
    "create_function",
  ],
  ["CREATE FUNCTION f () RETURNS TABLE AS RETURN (SELECT 1 AS a)", "create_function"],
  [
    "CREATE FUNCTION f (@a int) RETURNS @t TABLE (x int PRIMARY KEY) AS BEGIN INSERT @t VALUES (1) RETURN END",
    "create_function",
  ],
  [
    "CREATE TRIGGER tr ON dbo.t WITH ENCRYPTION AFTER INSERT, UPDATE NOT FOR REPLICATION AS IF UPDATE(a) PRINT 'x'",
    "create_trigger",
  ],
  ["CREATE TRIGGER tr ON DATABASE FOR CREATE_TABLE AS ROLLBACK", "create_trigger"],
  ["DISABLE TRIGGER s.tr ON s.t; ENABLE TRIGGER ALL ON ALL SERVER", "trigger_state trigger_state"],
  [
    "CREATE SEQUENCE s AS bigint START WITH -5 INCREMENT BY 2 MINVALUE -10 NO MAXVALUE CYCLE CACHE 50 ALTER SEQUENCE s RESTART WITH 8",
    "create_sequence alter_sequence",
  ],
  [
    "CREATE SYNONYM a FOR [srv].db..t CREATE TYPE dbo.p FROM nvarchar(20) NOT NULL CREATE TYPE tt AS TABLE (a int PRIMARY KEY, INDEX i (a))",
    "create_synonym create_type create_type",
  ],
  ["CREATE DEFAULT d AS 'x' DROP DEFAULT d", "create_default drop_object"],
  ["CREATE RULE r AS @v > 0 AND @v < 10", "create_rule"],
  [
    "DROP TABLE IF EXISTS a, b.c DROP VIEW v DROP PROC p DROP TRIGGER t ON DATABASE DROP SCHEMA s DROP ROLE r DROP USER IF EXISTS u DROP LOGIN l",
    "drop_object drop_object drop_object drop_object drop_object drop_principal drop_principal drop_principal",
  ],
  [
    "CREATE SCHEMA s AUTHORIZATION o ALTER SCHEMA s TRANSFER OBJECT::dbo.t ALTER AUTHORIZATION ON SCHEMA::s TO dbo",
    "create_schema alter_schema alter_authorization",
  ],
  [
    "CREATE ROLE r AUTHORIZATION o ALTER ROLE r ADD MEMBER u CREATE USER u FOR LOGIN l WITH DEFAULT_SCHEMA = s CREATE USER w WITHOUT LOGIN CREATE LOGIN l WITH PASSWORD = N'x' MUST_CHANGE, CHECK_POLICY = OFF ALTER LOGIN l DISABLE",
    "create_role alter_role create_user create_user create_login alter_login",
  ],
  [
    "GRANT SELECT, UPDATE (a, b), VIEW DEFINITION ON OBJECT::s.t TO u, public WITH GRANT OPTION AS g DENY CONNECT TO u REVOKE GRANT OPTION FOR EXECUTE ON p FROM u CASCADE",
    "permission permission permission",
  ],
  [
    "CREATE DATABASE d ON PRIMARY (NAME = a, FILENAME = 'x.mdf', SIZE = 8MB, MAXSIZE = UNLIMITED, FILEGROWTH = 10%) LOG ON (NAME = 'b', FILENAME = 'y.ldf') COLLATE Latin1_General_CI_AS",
    "create_database",
  ],
  [
    "ALTER DATABASE d SET OFFLINE WITH ROLLBACK IMMEDIATE ALTER DATABASE d SET RECOVERY SIMPLE, ALLOW_SNAPSHOT_ISOLATION ON, COMPATIBILITY_LEVEL = 150 ALTER DATABASE d MODIFY NAME = e ALTER DATABASE CURRENT SET READ_ONLY ALTER DATABASE d COLLATE x DROP DATABASE IF EXISTS d, e",
    "alter_database alter_database alter_database alter_database alter_database drop_database",
  ],
  [
    "DECLARE @a int = 1, @t TABLE (x int), @c CURSOR SET @a += 2 SET @c = CURSOR FOR SELECT 1",
    "declare set_variable set_variable",
  ],
  [
    "DECLARE c CURSOR LOCAL FAST_FORWARD FOR SELECT 1 OPEN c FETCH NEXT FROM c INTO @a FETCH c CLOSE c DEALLOCATE c",
    "declare_cursor open_cursor fetch fetch close_cursor deallocate_cursor",
  ],
  [
    "SET NOCOUNT, ANSI_NULLS ON SET ROWCOUNT 5 SET DATEFORMAT mdy SET LANGUAGE us_english SET IDENTITY_INSERT t ON SET TRANSACTION ISOLATION LEVEL READ COMMITTED SET STATISTICS IO ON SET LOCK_TIMEOUT -1",
    "set_option set_option set_option set_option set_identity_insert set_isolation set_option set_option",
  ],
  [
    "IF @a = 1 PRINT 'x'; ELSE IF @a = 2 BEGIN PRINT 'y' END ELSE PRINT 'z' WHILE 1 = 1 BEGIN BREAK CONTINUE END",
    "if while",
  ],
  ["BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH THROW END CATCH; THROW 50001, 'x', 1", "try throw"],
  [
    "RAISERROR ('a %s', 16, 1, @x) WITH NOWAIT, LOG RAISERROR 50001 'old' here: GOTO here WAITFOR DELAY '00:00:01' RETURN",
    "raiserror raiserror label goto waitfor return",
  ],
  ["sp_who 'x', @y = 1", "execute"],
  [
    "EXEC @r = db..p 1, @a = @b OUTPUT, N'x', DEFAULT, NULL, -5, abc WITH RECOMPILE EXEC ('SELECT ' + @x) AS USER = 'u' EXEC @name 1 EXECUTE AS USER = 'u' REVERT",
    "execute execute_string execute execute_as revert",
  ],
  [
    "BEGIN TRAN t SAVE TRANSACTION s ROLLBACK TRAN s COMMIT WORK COMMIT ROLLBACK",
    "begin_transaction save_transaction rollback commit commit rollback",
  ],
  [
    "USE [d] CHECKPOINT DBCC CHECKIDENT ('t', RESEED, 5) WITH NO_INFOMSGS KILL 52 RECONFIGURE WITH OVERRIDE",
    "use checkpoint dbcc kill reconfigure",
  ],
  [
    "BACKUP DATABASE d TO DISK = N'x' WITH COPY_ONLY, STATS = 10 BACKUP LOG @d TO URL = 'y' RESTORE DATABASE d FROM DISK = 'x' WITH MOVE 'a' TO 'b', REPLACE RESTORE HEADERONLY FROM DISK = 'x'",
    "backup backup restore restore",
  ],
];
