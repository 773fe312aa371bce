/** The example of the specification, as it stands there. */
export const EXAMPLE = `credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "ORDERS_PASSWORD"
}

server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}

vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}

retention "standard" {
  daily    = 10
  weekly   = 4
  monthly  = 12
  timezone = "America/Los_Angeles"
}

policy "gold" {
  method    = "native"
  retention = retention.standard
  full         { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
  log          { every = "30m" }
}

backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["*"] }
}
`;

/** A small database that is always the same, and the login of the example. */
export const SHOP_SCRIPT = `CREATE LOGIN [backup] WITH PASSWORD = N'Orders-pass-1!';
ALTER SERVER ROLE sysadmin ADD MEMBER [backup];
ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON;
GO
CREATE TABLE dbo.Customer (
  CustomerId int NOT NULL CONSTRAINT PK_Customer PRIMARY KEY,
  Name nvarchar(50) NOT NULL
);
CREATE TABLE dbo.Invoice (
  InvoiceId int NOT NULL CONSTRAINT PK_Invoice PRIMARY KEY,
  CustomerId int NOT NULL CONSTRAINT FK_Invoice_Customer REFERENCES dbo.Customer (CustomerId),
  Total decimal(10, 2) NOT NULL
);
GO
CREATE VIEW dbo.Revenue AS
SELECT CustomerId, SUM(Total) AS Total FROM dbo.Invoice GROUP BY CustomerId;
GO
INSERT dbo.Customer VALUES (1, N'Ada'), (2, N'Grace'), (3, N'Edsger');
INSERT dbo.Invoice VALUES (1, 1, 12.50), (2, 1, 7.25), (3, 3, 99.00);
GO
`;
