/** Temporal tables of all kinds, as the sample database Wide World Importers has them: a period hidden and shown, versions on and off, a history with and without a name of its own, or one that stood before, with indexes, a default and a retention. */
export const EVERY_VERSION: readonly string[] = [
  "CREATE SCHEMA Warehouse",
  `CREATE TABLE Warehouse.Colors (
    ColorID int NOT NULL CONSTRAINT PK_Colors PRIMARY KEY CLUSTERED,
    ColorName nvarchar(20) NOT NULL CONSTRAINT UQ_Colors UNIQUE,
    LastEditedBy int NOT NULL CONSTRAINT DF_Colors_By DEFAULT (1) CONSTRAINT CK_Colors_By CHECK (LastEditedBy > 0),
    ValidFrom datetime2(7) GENERATED ALWAYS AS ROW START NOT NULL,
    ValidTo datetime2(7) GENERATED ALWAYS AS ROW END NOT NULL,
    PERIOD FOR SYSTEM_TIME (ValidFrom, ValidTo)
  ) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = Warehouse.Colors_Archive))`,
  "CREATE NONCLUSTERED INDEX IX_Archive_Name ON Warehouse.Colors_Archive (ColorName) INCLUDE (LastEditedBy)",
  `CREATE TABLE Warehouse.StockItems (
    StockItemID int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_StockItems PRIMARY KEY NONCLUSTERED,
    ColorID int NULL CONSTRAINT FK_StockItems_Colors FOREIGN KEY REFERENCES Warehouse.Colors (ColorID) ON DELETE CASCADE,
    UnitPrice decimal(18, 2) NOT NULL,
    TaxRate decimal(18, 3) NOT NULL,
    GrossPrice AS (UnitPrice * TaxRate) PERSISTED,
    SearchDetails AS (CONCAT(StockItemID, N' ', UnitPrice)),
    Photo varbinary(max) NULL,
    ValidFrom datetime2(3) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
    ValidTo datetime2(3) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL,
    PERIOD FOR SYSTEM_TIME (ValidFrom, ValidTo)
  ) WITH (SYSTEM_VERSIONING = ON (HISTORY_RETENTION_PERIOD = 9 YEARS))`,
  `CREATE TABLE dbo.Unversioned (
    Id int NOT NULL PRIMARY KEY,
    [From] datetime2(0) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
    [To] datetime2(0) GENERATED ALWAYS AS ROW END NOT NULL,
    PERIOD FOR SYSTEM_TIME ([From], [To])
  )`,
  "CREATE TABLE dbo.Old (Id int NOT NULL, Note varchar(9) NOT NULL CONSTRAINT DF_Old_Note DEFAULT ('none'), F datetime2 NOT NULL, T datetime2 NOT NULL)",
  "CREATE CLUSTERED INDEX CX_Old ON dbo.Old (T, Id)",
  "INSERT dbo.Old (Id, F, T) VALUES (1, '2001-01-01', '2002-01-01'), (1, '2002-01-01', '2003-01-01')",
  `CREATE TABLE dbo.Kept (
    Id int NOT NULL PRIMARY KEY,
    Note varchar(9) NOT NULL,
    F datetime2 GENERATED ALWAYS AS ROW START NOT NULL,
    T datetime2 GENERATED ALWAYS AS ROW END NOT NULL,
    PERIOD FOR SYSTEM_TIME (F, T)
  ) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.Old, HISTORY_RETENTION_PERIOD = 1 WEEK))`,
  "INSERT dbo.Kept (Id, Note) VALUES (1, 'new')",
  "CREATE VIEW Warehouse.ColorsOfAllTimes AS SELECT ColorID, ColorName, ValidFrom FROM Warehouse.Colors FOR SYSTEM_TIME ALL",
  "CREATE TRIGGER Warehouse.OnColor ON Warehouse.Colors AFTER UPDATE AS SET NOCOUNT ON",
  "INSERT Warehouse.Colors (ColorID, ColorName) VALUES (1, N'Azure'), (2, N'Beige'), (3, N'Жёлтый')",
  "INSERT Warehouse.StockItems (ColorID, UnitPrice, TaxRate, Photo) VALUES (1, 10, 1.2, 0x01), (2, 20, 1.1, NULL), (3, 30, 1, 0x0203)",
  "INSERT dbo.Unversioned (Id) VALUES (1), (2)",
];

/** Changes that leave versions behind: of one row twice in a transaction, by MERGE, by a cascade. */
export const NEW_VERSIONS: readonly string[] = [
  "UPDATE Warehouse.Colors SET ColorName = N'Sky' WHERE ColorID = 1",
  "BEGIN TRANSACTION; UPDATE Warehouse.Colors SET LastEditedBy = 2; UPDATE Warehouse.Colors SET LastEditedBy = 3; COMMIT",
  "MERGE Warehouse.StockItems AS s USING (VALUES (1, 11), (9, 99)) AS n (id, price) ON s.StockItemID = n.id WHEN MATCHED THEN UPDATE SET UnitPrice = n.price WHEN NOT MATCHED THEN INSERT (ColorID, UnitPrice, TaxRate) VALUES (1, n.price, 1);",
  "DELETE Warehouse.Colors WHERE ColorID = 3",
  "UPDATE dbo.Unversioned SET Id = 3 WHERE Id = 2",
];

/** Questions whose answers two copies share: every clause of FOR SYSTEM_TIME at each moment that the versions know, and what the catalog says. */
export const VERSION_QUESTIONS: readonly string[] = [
  ...["Warehouse.Colors", "Warehouse.StockItems"].flatMap((table) => [
    `SELECT *, ValidFrom AS f, ValidTo AS t FROM ${table} ORDER BY 1`,
    `SELECT *, ValidFrom AS f, ValidTo AS t FROM ${table} FOR SYSTEM_TIME ALL ORDER BY 1, ValidFrom`,
  ]),
  "SELECT * FROM Warehouse.Colors_Archive ORDER BY 1, ValidFrom, ValidTo, LastEditedBy",
  "SELECT * FROM dbo.Kept FOR SYSTEM_TIME ALL ORDER BY F",
  "SELECT *, [From] AS f FROM dbo.Unversioned ORDER BY 1",
  "SELECT * FROM Warehouse.ColorsOfAllTimes ORDER BY 1, 3",
  `SELECT t.name, t.temporal_type_desc, h.name AS history, t.history_retention_period, t.history_retention_period_unit_desc
   FROM sys.tables AS t LEFT JOIN sys.objects AS h ON h.object_id = t.history_table_id ORDER BY 1`,
  `SELECT t.name, c.name AS column_name, c.generated_always_type_desc, c.is_hidden, c.is_nullable
   FROM sys.columns AS c JOIN sys.tables AS t ON t.object_id = c.object_id ORDER BY 1, c.column_id`,
  `SELECT t.name, i.name AS index_name, i.type_desc, i.is_unique, p.data_compression_desc FROM sys.indexes AS i
   JOIN sys.tables AS t ON t.object_id = i.object_id JOIN sys.partitions AS p ON p.object_id = i.object_id AND p.index_id = i.index_id ORDER BY 1, 2`,
];

/** What one moment shows, by AS OF, and what the time up to it shows, by FROM … TO, BETWEEN and CONTAINED IN. */
export function momentQuestions(moment: string): readonly string[] {
  const early = "'2000-01-01'";
  return ["Warehouse.Colors", "Warehouse.StockItems"].flatMap((table) =>
    [
      `AS OF '${moment}'`,
      `FROM ${early} TO '${moment}'`,
      `BETWEEN ${early} AND '${moment}'`,
      `CONTAINED IN (${early}, '${moment}')`,
    ].map(
      (clause) =>
        `SELECT *, ValidFrom AS f FROM ${table} FOR SYSTEM_TIME ${clause} ORDER BY 1, ValidFrom`,
    ),
  );
}
