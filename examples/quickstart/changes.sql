-- An afternoon in the shop, between the two backups.

-- Twelve orders come in.
DECLARE @turn int = 1, @product int, @time datetime2(3), @order int;
WHILE @turn <= 12
BEGIN
    SET @product = 100 + @turn * 2;
    SET @time = DATEADD(MINUTE, @turn * 6, CONVERT(datetime2(3), '2026-03-02T14:00:00'));
    IF @product % 19 <> 0
        EXECUTE sales.PlaceOrder @customerId = @turn, @orderedAt = @time, @productId = @product, @quantity = 2, @orderId = @order OUTPUT;
    SET @turn += 1;
END;
GO

-- One brand becomes dearer; the trigger writes the history.
EXECUTE shop.ChangePrices @brandId = 12, @percent = 4.5;
GO

-- Someone runs only the first half of a WHERE clause.
DELETE FROM sales.Payment WHERE PaidOn >= '2025-12-01T00:00:00'; -- AND Method = 'test'
GO

-- And a developer adds a table and a column.
ALTER TABLE shop.Product ADD Colour nvarchar(30) NULL;
GO
UPDATE shop.Product SET Colour = N'petrol' WHERE ProductId % 400 = 0;
CREATE TABLE shop.Wish
(
    CustomerId int NOT NULL CONSTRAINT FK_Wish_Customer REFERENCES crm.Customer (CustomerId),
    ProductId int NOT NULL CONSTRAINT FK_Wish_Product REFERENCES shop.Product (ProductId),
    CONSTRAINT PK_Wish PRIMARY KEY (CustomerId, ProductId)
);
INSERT INTO shop.Wish (CustomerId, ProductId)
VALUES (1, 12), (1, 40), (7, 99);
GO
