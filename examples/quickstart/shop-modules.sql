-- What the shop's database does by itself: functions, views, procedures, a trigger; and who may do what.

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
