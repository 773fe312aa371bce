-- The schema of a small shop: 20 tables in four schemas, and one of most kinds of object that a database can hold.
-- Plain T-SQL for SQL Server 2016 and later. Run it in an empty database.

ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;
GO

CREATE SCHEMA crm;
GO
CREATE SCHEMA shop;
GO
CREATE SCHEMA stock;
GO
CREATE SCHEMA sales;
GO

CREATE TYPE crm.Email FROM nvarchar(120) NOT NULL;
CREATE TYPE sales.OrderLines AS TABLE
(
    ProductId int NOT NULL PRIMARY KEY,
    Quantity smallint NOT NULL CHECK (Quantity > 0)
);
CREATE SEQUENCE sales.OrderNumber AS int START WITH 130001 INCREMENT BY 1 MINVALUE 100001 NO CYCLE CACHE 50;
GO

-- Customers ----------------------------------------------------------------------------------------------------------

CREATE TABLE crm.Country
(
    Code char(2) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT PK_Country PRIMARY KEY,
    Name nvarchar(60) NOT NULL CONSTRAINT UQ_Country_Name UNIQUE,
    VatRate decimal(5, 3) NOT NULL CONSTRAINT CK_Country_VatRate CHECK (VatRate >= 0 AND VatRate < 1),
    IsInUnion bit NOT NULL CONSTRAINT DF_Country_IsInUnion DEFAULT (0)
);

CREATE TABLE crm.Customer
(
    CustomerId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Customer PRIMARY KEY CLUSTERED,
    GivenName nvarchar(50) NOT NULL,
    FamilyName nvarchar(50) NOT NULL,
    FullName AS (GivenName + N' ' + FamilyName) PERSISTED,
    Email crm.Email,
    BornOn date NULL,
    CountryCode char(2) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT FK_Customer_Country REFERENCES crm.Country (Code),
    CreditLimit money NULL,
    IsActive bit NOT NULL CONSTRAINT DF_Customer_IsActive DEFAULT (1),
    Preferences xml NULL,
    JoinedAt datetimeoffset(3) NOT NULL CONSTRAINT DF_Customer_JoinedAt DEFAULT (SYSDATETIMEOFFSET()),
    CONSTRAINT UQ_Customer_Email UNIQUE (Email),
    CONSTRAINT CK_Customer_CreditLimit CHECK (CreditLimit IS NULL OR CreditLimit >= 0)
);

CREATE INDEX IX_Customer_FamilyName ON crm.Customer (FamilyName, GivenName) INCLUDE (Email, CountryCode);
CREATE INDEX IX_Customer_Credit ON crm.Customer (CreditLimit DESC) INCLUDE (FamilyName) WHERE CreditLimit IS NOT NULL AND IsActive = 1;

CREATE TABLE crm.Address
(
    AddressId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Address PRIMARY KEY,
    CustomerId int NOT NULL CONSTRAINT FK_Address_Customer REFERENCES crm.Customer (CustomerId) ON DELETE CASCADE,
    Kind varchar(10) NOT NULL CONSTRAINT CK_Address_Kind CHECK (Kind IN ('billing', 'delivery')),
    Street nvarchar(80) NOT NULL,
    PostalCode varchar(10) NOT NULL,
    City nvarchar(60) NOT NULL,
    Latitude float NULL,
    Longitude float NULL
);

CREATE INDEX IX_Address_Customer ON crm.Address (CustomerId) INCLUDE (Kind, City);

CREATE TABLE crm.CustomerNote
(
    CustomerId int NOT NULL CONSTRAINT FK_CustomerNote_Customer REFERENCES crm.Customer (CustomerId) ON DELETE CASCADE,
    WrittenAt datetime2(7) NOT NULL,
    Body nvarchar(max) NOT NULL,
    CONSTRAINT PK_CustomerNote PRIMARY KEY (CustomerId, WrittenAt)
);
GO

-- Products -----------------------------------------------------------------------------------------------------------

CREATE TABLE shop.Category
(
    CategoryId smallint NOT NULL CONSTRAINT PK_Category PRIMARY KEY,
    ParentId smallint NULL CONSTRAINT FK_Category_Parent REFERENCES shop.Category (CategoryId),
    Name nvarchar(60) NOT NULL CONSTRAINT UQ_Category_Name UNIQUE
);

CREATE TABLE shop.Brand
(
    BrandId smallint NOT NULL CONSTRAINT PK_Brand PRIMARY KEY,
    Name nvarchar(60) NOT NULL,
    Website varchar(200) NULL
);

CREATE TABLE shop.Supplier
(
    SupplierId smallint NOT NULL CONSTRAINT PK_Supplier PRIMARY KEY,
    Name nvarchar(80) NOT NULL,
    CountryCode char(2) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT FK_Supplier_Country REFERENCES crm.Country (Code),
    LeadTimeDays tinyint NOT NULL
);

CREATE TABLE shop.Product
(
    ProductId int NOT NULL CONSTRAINT PK_Product PRIMARY KEY CLUSTERED,
    Sku char(10) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT UQ_Product_Sku UNIQUE,
    Name nvarchar(120) NOT NULL,
    CategoryId smallint NOT NULL CONSTRAINT FK_Product_Category REFERENCES shop.Category (CategoryId),
    BrandId smallint NULL CONSTRAINT FK_Product_Brand REFERENCES shop.Brand (BrandId) ON DELETE SET NULL,
    Price decimal(9, 2) NOT NULL,
    Cost decimal(9, 4) NOT NULL,
    Margin AS (Price - Cost),
    WeightGrams real NULL,
    RowGuid uniqueidentifier NOT NULL CONSTRAINT DF_Product_RowGuid DEFAULT (NEWID()) ROWGUIDCOL,
    IsForSale bit NOT NULL CONSTRAINT DF_Product_IsForSale DEFAULT (1),
    CONSTRAINT CK_Product_Price CHECK (Price >= Cost)
);

CREATE INDEX IX_Product_ForSale ON shop.Product (CategoryId, Price DESC) INCLUDE (Name, BrandId) WHERE IsForSale = 1;

CREATE TABLE shop.ProductSupplier
(
    ProductId int NOT NULL CONSTRAINT FK_ProductSupplier_Product REFERENCES shop.Product (ProductId),
    SupplierId smallint NOT NULL CONSTRAINT FK_ProductSupplier_Supplier REFERENCES shop.Supplier (SupplierId),
    SupplierSku varchar(20) NOT NULL,
    IsPreferred bit NOT NULL,
    CONSTRAINT PK_ProductSupplier PRIMARY KEY (ProductId, SupplierId)
);

CREATE TABLE shop.ProductPicture
(
    ProductId int NOT NULL CONSTRAINT PK_ProductPicture PRIMARY KEY
        CONSTRAINT FK_ProductPicture_Product REFERENCES shop.Product (ProductId),
    MediaType varchar(20) NOT NULL,
    Bytes varbinary(max) NOT NULL
);

CREATE TABLE shop.PriceHistory
(
    PriceHistoryId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_PriceHistory PRIMARY KEY,
    ProductId int NOT NULL CONSTRAINT FK_PriceHistory_Product REFERENCES shop.Product (ProductId),
    ValidFrom datetime2(0) NOT NULL,
    OldPrice decimal(9, 2) NULL,
    NewPrice decimal(9, 2) NOT NULL
);

CREATE INDEX IX_PriceHistory_Product ON shop.PriceHistory (ProductId, ValidFrom DESC) INCLUDE (NewPrice);

CREATE TABLE shop.Tag
(
    TagId smallint NOT NULL CONSTRAINT PK_Tag PRIMARY KEY,
    Name nvarchar(40) NOT NULL CONSTRAINT UQ_Tag_Name UNIQUE
);

CREATE TABLE shop.ProductTag
(
    TagId smallint NOT NULL CONSTRAINT FK_ProductTag_Tag REFERENCES shop.Tag (TagId),
    ProductId int NOT NULL CONSTRAINT FK_ProductTag_Product REFERENCES shop.Product (ProductId),
    CONSTRAINT PK_ProductTag PRIMARY KEY (TagId, ProductId)
);
GO

-- Stock --------------------------------------------------------------------------------------------------------------

CREATE TABLE stock.Warehouse
(
    WarehouseId tinyint NOT NULL CONSTRAINT PK_Warehouse PRIMARY KEY,
    Name nvarchar(60) NOT NULL,
    CountryCode char(2) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT FK_Warehouse_Country REFERENCES crm.Country (Code),
    OpensAt time(0) NOT NULL,
    ClosesAt time(0) NOT NULL,
    CONSTRAINT CK_Warehouse_Hours CHECK (OpensAt < ClosesAt)
);

CREATE TABLE stock.Stock
(
    WarehouseId tinyint NOT NULL CONSTRAINT FK_Stock_Warehouse REFERENCES stock.Warehouse (WarehouseId),
    ProductId int NOT NULL CONSTRAINT FK_Stock_Product REFERENCES shop.Product (ProductId),
    OnHand int NOT NULL,
    Reserved int NOT NULL CONSTRAINT DF_Stock_Reserved DEFAULT (0),
    Free AS (OnHand - Reserved) PERSISTED NOT NULL,
    Shelf char(6) NOT NULL,
    CONSTRAINT PK_Stock PRIMARY KEY (WarehouseId, ProductId)
);

CREATE TABLE stock.Movement
(
    MovementId bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Movement PRIMARY KEY,
    WarehouseId tinyint NOT NULL,
    ProductId int NOT NULL,
    Quantity int NOT NULL CONSTRAINT CK_Movement_Quantity CHECK (Quantity <> 0),
    MovedAt datetime NOT NULL,
    Reason varchar(20) NOT NULL,
    CONSTRAINT FK_Movement_Stock FOREIGN KEY (WarehouseId, ProductId) REFERENCES stock.Stock (WarehouseId, ProductId)
);

CREATE INDEX IX_Movement_Product ON stock.Movement (ProductId, MovedAt) INCLUDE (Quantity);
GO

-- Sales --------------------------------------------------------------------------------------------------------------

CREATE TABLE sales.[Order]
(
    OrderId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Order PRIMARY KEY,
    Number int NOT NULL CONSTRAINT DF_Order_Number DEFAULT (NEXT VALUE FOR sales.OrderNumber)
        CONSTRAINT UQ_Order_Number UNIQUE,
    CustomerId int NOT NULL CONSTRAINT FK_Order_Customer REFERENCES crm.Customer (CustomerId),
    AddressId int NULL CONSTRAINT FK_Order_Address REFERENCES crm.Address (AddressId),
    OrderedAt datetime2(3) NOT NULL CONSTRAINT DF_Order_OrderedAt DEFAULT (SYSUTCDATETIME()),
    Status tinyint NOT NULL CONSTRAINT DF_Order_Status DEFAULT (0)
        CONSTRAINT CK_Order_Status CHECK (Status BETWEEN 0 AND 4),
    Remark nvarchar(200) NULL
);

CREATE INDEX IX_Order_Customer ON sales.[Order] (CustomerId, OrderedAt DESC);
CREATE INDEX IX_Order_Open ON sales.[Order] (OrderedAt) INCLUDE (CustomerId, Number) WHERE Status < 3;

CREATE TABLE sales.OrderLine
(
    OrderId int NOT NULL CONSTRAINT FK_OrderLine_Order REFERENCES sales.[Order] (OrderId) ON DELETE CASCADE,
    LineNumber smallint NOT NULL,
    ProductId int NOT NULL CONSTRAINT FK_OrderLine_Product REFERENCES shop.Product (ProductId),
    Quantity smallint NOT NULL CONSTRAINT CK_OrderLine_Quantity CHECK (Quantity > 0),
    UnitPrice decimal(9, 2) NOT NULL,
    Discount decimal(4, 3) NOT NULL CONSTRAINT DF_OrderLine_Discount DEFAULT (0),
    Amount AS (CONVERT(decimal(12, 2), Quantity * UnitPrice * (1 - Discount))) PERSISTED,
    CONSTRAINT PK_OrderLine PRIMARY KEY (OrderId, LineNumber)
);

CREATE INDEX IX_OrderLine_Product ON sales.OrderLine (ProductId) INCLUDE (Quantity, UnitPrice);

CREATE TABLE sales.Payment
(
    PaymentId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Payment PRIMARY KEY,
    OrderId int NOT NULL CONSTRAINT FK_Payment_Order REFERENCES sales.[Order] (OrderId),
    PaidOn smalldatetime NOT NULL,
    Amount smallmoney NOT NULL,
    Method varchar(12) NOT NULL,
    CardHash binary(16) NULL
);

CREATE UNIQUE INDEX UX_Payment_Order ON sales.Payment (OrderId, PaymentId) WITH (FILLFACTOR = 90);

CREATE TABLE sales.Shipment
(
    ShipmentId int IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Shipment PRIMARY KEY NONCLUSTERED,
    OrderId int NOT NULL CONSTRAINT FK_Shipment_Order REFERENCES sales.[Order] (OrderId),
    WarehouseId tinyint NOT NULL CONSTRAINT FK_Shipment_Warehouse REFERENCES stock.Warehouse (WarehouseId),
    ShippedAt datetime2(0) NOT NULL,
    Tracking varchar(24) NULL
);

CREATE UNIQUE CLUSTERED INDEX CX_Shipment ON sales.Shipment (OrderId, ShipmentId);
GO

-- What the database does by itself ----------------------------------------------------------------------------------

CREATE FUNCTION sales.OrderTotal (@orderId int)
RETURNS decimal(14, 2)
AS
BEGIN
    RETURN (SELECT ISNULL(SUM(Amount), 0) FROM sales.OrderLine WHERE OrderId = @orderId);
END;
GO

CREATE FUNCTION shop.ProductsIn (@categoryId smallint)
RETURNS TABLE
AS
RETURN
(
    SELECT p.ProductId, p.Sku, p.Name, p.Price
    FROM shop.Product AS p
    INNER JOIN shop.Category AS c ON c.CategoryId = p.CategoryId
    WHERE c.CategoryId = @categoryId OR c.ParentId = @categoryId
);
GO

CREATE VIEW sales.OpenOrder
AS
SELECT o.OrderId, o.Number, o.OrderedAt, c.FullName, c.Email, COUNT(*) AS Lines, SUM(l.Amount) AS Total
FROM sales.[Order] AS o
INNER JOIN crm.Customer AS c ON c.CustomerId = o.CustomerId
INNER JOIN sales.OrderLine AS l ON l.OrderId = o.OrderId
WHERE o.Status < 3
GROUP BY o.OrderId, o.Number, o.OrderedAt, c.FullName, c.Email;
GO

CREATE VIEW stock.Shortage
WITH SCHEMABINDING
AS
SELECT s.WarehouseId, s.ProductId, p.Name, s.OnHand, s.Reserved, s.Free
FROM stock.Stock AS s
INNER JOIN shop.Product AS p ON p.ProductId = s.ProductId
WHERE s.Free < 5;
GO

CREATE VIEW sales.BestSeller
AS
SELECT TOP (10) p.ProductId, p.Name, SUM(l.Quantity) AS Sold
FROM sales.OrderLine AS l
INNER JOIN shop.Product AS p ON p.ProductId = l.ProductId
GROUP BY p.ProductId, p.Name
ORDER BY SUM(l.Quantity) DESC, p.ProductId;
GO

CREATE PROCEDURE sales.PlaceOrder
    @customerId int,
    @orderedAt datetime2(3),
    @productId int,
    @quantity smallint,
    @orderId int OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    BEGIN TRY
        BEGIN TRANSACTION;
        INSERT INTO sales.[Order] (CustomerId, OrderedAt) VALUES (@customerId, @orderedAt);
        SET @orderId = SCOPE_IDENTITY();
        INSERT INTO sales.OrderLine (OrderId, LineNumber, ProductId, Quantity, UnitPrice)
        SELECT @orderId, 1, p.ProductId, @quantity, p.Price
        FROM shop.Product AS p
        WHERE p.ProductId = @productId AND p.IsForSale = 1;
        IF @@ROWCOUNT = 0
            THROW 50001, N'This product is not for sale.', 1;
        COMMIT TRANSACTION;
    END TRY
    BEGIN CATCH
        IF @@TRANCOUNT > 0
            ROLLBACK TRANSACTION;
        THROW;
    END CATCH;
END;
GO

CREATE PROCEDURE shop.ChangePrices
    @brandId smallint,
    @percent decimal(5, 2)
AS
BEGIN
    SET NOCOUNT ON;
    UPDATE shop.Product
    SET Price = CONVERT(decimal(9, 2), Price * (1 + @percent / 100))
    WHERE BrandId = @brandId AND IsForSale = 1;
END;
GO

CREATE TRIGGER shop.KeepPriceHistory ON shop.Product
AFTER UPDATE
AS
BEGIN
    SET NOCOUNT ON;
    IF NOT UPDATE(Price)
        RETURN;
    INSERT INTO shop.PriceHistory (ProductId, ValidFrom, OldPrice, NewPrice)
    SELECT i.ProductId, '2026-03-01T00:00:00', d.Price, i.Price
    FROM inserted AS i
    INNER JOIN deleted AS d ON d.ProductId = i.ProductId
    WHERE d.Price <> i.Price
    ORDER BY i.ProductId;
END;
GO

CREATE SYNONYM sales.Item FOR shop.Product;
GO

-- Who may do what ---------------------------------------------------------------------------------------------------

CREATE ROLE Clerk;
CREATE ROLE Auditor AUTHORIZATION dbo;
CREATE USER anna WITHOUT LOGIN WITH DEFAULT_SCHEMA = sales;
CREATE USER boris WITHOUT LOGIN;
ALTER ROLE Clerk ADD MEMBER anna;
ALTER ROLE Auditor ADD MEMBER boris;
ALTER ROLE db_datareader ADD MEMBER boris;
GRANT SELECT, INSERT, UPDATE ON SCHEMA::sales TO Clerk;
GRANT EXECUTE ON OBJECT::sales.PlaceOrder TO Clerk WITH GRANT OPTION;
DENY DELETE ON OBJECT::sales.[Order] TO Clerk;
DENY SELECT ON OBJECT::sales.Payment TO Auditor;
GO

EXECUTE sys.sp_addextendedproperty @name = N'Description', @value = N'A small shop, for trying things out';
EXECUTE sys.sp_addextendedproperty @name = N'Description', @value = N'One row for each product of an order',
    @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE', @level1name = N'OrderLine';
EXECUTE sys.sp_addextendedproperty @name = N'Unit', @value = N'grams',
    @level0type = N'SCHEMA', @level0name = N'shop', @level1type = N'TABLE', @level1name = N'Product',
    @level2type = N'COLUMN', @level2name = N'WeightGrams';
GO
