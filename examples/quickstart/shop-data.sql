-- About 290,000 rows, the same on every run: all values come from the numbers 1 to 90,000 by arithmetic.

SET NOCOUNT ON;
CREATE TABLE #Number (N int NOT NULL PRIMARY KEY);
INSERT INTO #Number (N)
SELECT 1 + a.D + 10 * b.D + 100 * c.D + 1000 * d.D + 10000 * e.D
FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8)) AS e (D)
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d (D)
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS c (D)
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS b (D)
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS a (D);
GO

CREATE TABLE #Word (Id int NOT NULL PRIMARY KEY, Given nvarchar(20) NOT NULL, Family nvarchar(20) NOT NULL, Thing nvarchar(20) NOT NULL);
INSERT INTO #Word (Id, Given, Family, Thing)
VALUES (0, N'Ada', N'Lindqvist', N'Lamp'), (1, N'Björn', N'Okafor', N'Kettle'), (2, N'Chiara', N'Nowak', N'Shelf'),
    (3, N'Dmitri', N'García', N'Chair'), (4, N'Elif', N'Schäfer', N'Teapot'), (5, N'Farid', N'Moreau', N'Blanket'),
    (6, N'Grace', N'Yılmaz', N'Basket'), (7, N'Hanna', N'Petrov', N'Mirror'), (8, N'Ivo', N'Tanaka', N'Clock'),
    (9, N'Júlia', N'O''Brien', N'Vase'), (10, N'Kenji', N'Haddad', N'Candle'), (11, N'Léa', N'Kovács', N'Rug'),
    (12, N'Mateo', N'Silva', N'Bowl');
GO

INSERT INTO crm.Country (Code, Name, VatRate, IsInUnion)
VALUES ('AT', N'Austria', 0.2, 1), ('BE', N'Belgium', 0.21, 1), ('CH', N'Switzerland', 0.081, 0), ('CZ', N'Czechia', 0.21, 1),
    ('DE', N'Germany', 0.19, 1), ('DK', N'Denmark', 0.25, 1), ('ES', N'Spain', 0.21, 1), ('FR', N'France', 0.2, 1),
    ('GB', N'United Kingdom', 0.2, 0), ('GR', N'Ελλάδα', 0.24, 1), ('HU', N'Magyarország', 0.27, 1), ('IE', N'Ireland', 0.23, 1),
    ('IT', N'Italy', 0.22, 1), ('JP', N'日本', 0.1, 0), ('NL', N'Netherlands', 0.21, 1), ('NO', N'Norway', 0.25, 0);

INSERT INTO crm.Customer (GivenName, FamilyName, Email, BornOn, CountryCode, CreditLimit, IsActive, Preferences, JoinedAt)
SELECT g.Given, f.Family, CONCAT(N'customer', n.N, N'@example.com'),
    CASE WHEN n.N % 5 = 0 THEN NULL ELSE DATEADD(DAY, n.N * 7 % 20000, CONVERT(date, '1950-01-01')) END,
    CASE n.N % 8 WHEN 0 THEN 'AT' WHEN 1 THEN 'DE' WHEN 2 THEN 'FR' WHEN 3 THEN 'GB' WHEN 4 THEN 'IT' WHEN 5 THEN 'JP' WHEN 6 THEN 'NL' ELSE 'CH' END,
    CASE WHEN n.N % 3 = 0 THEN n.N % 9000 + 0.0125 * (n.N % 40) END,
    CASE WHEN n.N % 17 = 0 THEN 0 ELSE 1 END,
    CASE WHEN n.N % 4 = 0 THEN CONCAT(N'<preferences language="', CASE WHEN n.N % 8 = 0 THEN N'de' ELSE N'en' END, N'"><newsletter>', n.N % 2, N'</newsletter></preferences>') END,
    TODATETIMEOFFSET(DATEADD(MINUTE, n.N * 37, CONVERT(datetime2(3), '2023-01-01T08:00:00')), n.N % 5 * 60 - 120)
FROM #Number AS n
INNER JOIN #Word AS g ON g.Id = n.N % 13
INNER JOIN #Word AS f ON f.Id = n.N / 13 % 13
WHERE n.N <= 12000
ORDER BY n.N;

INSERT INTO crm.Address (CustomerId, Kind, Street, PostalCode, City, Latitude, Longitude)
SELECT 1 + (n.N - 1) % 12000, CASE WHEN n.N <= 12000 THEN 'billing' ELSE 'delivery' END,
    CONCAT(w.Family, N' Street ', n.N % 180 + 1), CONVERT(varchar(10), 10000 + n.N * 31 % 89000),
    CONCAT(w.Given, N'ville'), 35.0 + n.N % 2500 / 100.0, CASE WHEN n.N % 6 > 0 THEN n.N % 3600 / 100.0 - 10 END
FROM #Number AS n
INNER JOIN #Word AS w ON w.Id = n.N / 7 % 13
WHERE n.N <= 15000
ORDER BY n.N;

INSERT INTO crm.CustomerNote (CustomerId, WrittenAt, Body)
SELECT n.N * 2, DATEADD(NANOSECOND, n.N % 9 * 100, DATEADD(MINUTE, n.N * 11, CONVERT(datetime2(7), '2025-01-06T09:00:00'))),
    CONCAT(N'Called about order ', n.N * 5, N'. ', REPLICATE(CONVERT(nvarchar(max), N'Promised to call back. '), n.N % 6), CASE WHEN n.N % 10 = 0 THEN N'Très satisfaite ☺' ELSE N'' END)
FROM #Number AS n
WHERE n.N <= 6000;
GO

INSERT INTO shop.Category (CategoryId, ParentId, Name)
SELECT n.N, CASE WHEN n.N > 8 THEN 1 + n.N % 8 END, CONCAT(w.Thing, N's, shelf ', n.N)
FROM #Number AS n
INNER JOIN #Word AS w ON w.Id = n.N % 13
WHERE n.N <= 40
ORDER BY n.N;

INSERT INTO shop.Brand (BrandId, Name, Website)
SELECT n.N, CONCAT(w.Family, N' & ', w.Given), CASE WHEN n.N % 3 > 0 THEN CONCAT('https://brand', n.N, '.example') END
FROM #Number AS n
INNER JOIN #Word AS w ON w.Id = n.N % 13
WHERE n.N <= 60;

INSERT INTO shop.Supplier (SupplierId, Name, CountryCode, LeadTimeDays)
SELECT n.N, CONCAT(w.Family, N' Wholesale ', n.N), CASE n.N % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'CZ' ELSE 'DK' END, n.N % 30 + 1
FROM #Number AS n
INNER JOIN #Word AS w ON w.Id = n.N % 13
WHERE n.N <= 50;

INSERT INTO shop.Product (ProductId, Sku, Name, CategoryId, BrandId, Price, Cost, WeightGrams, RowGuid, IsForSale)
SELECT n.N, CONCAT('HF', RIGHT(CONCAT('00000000', n.N * 37), 8)), CONCAT(w.Thing, N' no. ', n.N),
    1 + n.N % 40, CASE WHEN n.N % 11 = 0 THEN NULL ELSE 1 + n.N % 60 END,
    5 + n.N * 13 % 40000 / 100.0, (5 + n.N * 13 % 40000 / 100.0) * 0.6125, CASE WHEN n.N % 7 > 0 THEN 50 + n.N % 900 + 0.25 END,
    CONVERT(uniqueidentifier, CONVERT(binary(16), n.N * 7919)), CASE WHEN n.N % 19 = 0 THEN 0 ELSE 1 END
FROM #Number AS n
INNER JOIN #Word AS w ON w.Id = n.N % 13
WHERE n.N <= 2400;

INSERT INTO shop.ProductSupplier (ProductId, SupplierId, SupplierSku, IsPreferred)
SELECT 1 + (n.N - 1) % 2400, CASE WHEN n.N <= 2400 THEN 1 + n.N % 25 ELSE 26 + n.N % 25 END, CONCAT('S-', n.N), CASE WHEN n.N <= 2400 THEN 1 ELSE 0 END
FROM #Number AS n
WHERE n.N <= 4800;

INSERT INTO shop.ProductPicture (ProductId, MediaType, Bytes)
SELECT n.N, 'image/png', CONVERT(varbinary(max), 0x89504E470D0A1A0A) + CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), CONCAT('pixels of picture ', n.N, '; ')), 20 + n.N % 300))
FROM #Number AS n
WHERE n.N <= 300;

INSERT INTO shop.PriceHistory (ProductId, ValidFrom, OldPrice, NewPrice)
SELECT 1 + (n.N - 1) % 2400, DATEADD(DAY, (n.N - 1) / 2400 * 90, CONVERT(datetime2(0), '2025-01-01T00:00:00')),
    CASE WHEN n.N > 2400 THEN 4 + n.N % 300 END, 4.5 + n.N % 300
FROM #Number AS n
WHERE n.N <= 12000
ORDER BY n.N;

INSERT INTO shop.Tag (TagId, Name)
SELECT n.N, CONCAT(N'tag ', n.N)
FROM #Number AS n
WHERE n.N <= 30;

INSERT INTO shop.ProductTag (TagId, ProductId)
SELECT 1 + (n.N - 1) / 200, 1 + n.N * 7 % 2400
FROM #Number AS n
WHERE n.N <= 6000;
GO

INSERT INTO stock.Warehouse (WarehouseId, Name, CountryCode, OpensAt, ClosesAt)
VALUES (1, N'Wien', 'AT', '06:00:00', '22:00:00'), (2, N'Leipzig', 'DE', '05:30:00', '23:30:00'), (3, N'Lille', 'FR', '07:00:00', '20:00:00'),
    (4, N'Leeds', 'GB', '06:00:00', '18:45:00'), (5, N'Verona', 'IT', '08:00:00', '19:00:00'), (6, N'横浜', 'JP', '00:00:00', '23:59:59');

INSERT INTO stock.Stock (WarehouseId, ProductId, OnHand, Reserved, Shelf)
SELECT 1 + (n.N - 1) / 2400, 1 + (n.N - 1) % 2400, n.N * 17 % 400, n.N % 6, CONCAT(CHAR(65 + n.N % 26), '-', n.N % 1000)
FROM #Number AS n
WHERE n.N <= 14400;

INSERT INTO stock.Movement (WarehouseId, ProductId, Quantity, MovedAt, Reason)
SELECT 1 + n.N % 6, 1 + n.N * 11 % 2400, CASE WHEN n.N % 2 = 0 THEN 1 + n.N % 24 ELSE -1 - n.N % 9 END,
    DATEADD(SECOND, n.N * 300, CONVERT(datetime, '2025-06-01T06:00:00')), CASE n.N % 4 WHEN 0 THEN 'delivery' WHEN 1 THEN 'sale' WHEN 2 THEN 'return' ELSE 'count' END
FROM #Number AS n
WHERE n.N <= 40000
ORDER BY n.N;
GO

INSERT INTO sales.[Order] (Number, CustomerId, AddressId, OrderedAt, Status, Remark)
SELECT 100000 + n.N, 1 + n.N * 7 % 12000, CASE WHEN n.N % 4 > 0 THEN 1 + n.N * 7 % 12000 END,
    DATEADD(MILLISECOND, n.N % 1000, DATEADD(MINUTE, n.N * 19, CONVERT(datetime2(3), '2025-01-02T07:00:00'))),
    CASE WHEN n.N > 29000 THEN n.N % 3 ELSE 3 + n.N % 2 END, CASE WHEN n.N % 25 = 0 THEN N'Please ring twice' END
FROM #Number AS n
WHERE n.N <= 30000
ORDER BY n.N;

INSERT INTO sales.OrderLine (OrderId, LineNumber, ProductId, Quantity, UnitPrice, Discount)
SELECT 1 + (n.N - 1) / 3, 1 + (n.N - 1) % 3, 1 + n.N * 13 % 2400, 1 + n.N % 5, 5 + n.N * 169 % 40000 / 100.0, CASE WHEN n.N % 10 = 0 THEN 0.125 ELSE 0 END
FROM #Number AS n
WHERE n.N <= 90000;

INSERT INTO sales.Payment (OrderId, PaidOn, Amount, Method, CardHash)
SELECT n.N, DATEADD(MINUTE, n.N * 19 + 5, CONVERT(smalldatetime, '2025-01-02T07:00:00')), 10 + n.N % 90000 / 100.0,
    CASE n.N % 3 WHEN 0 THEN 'card' WHEN 1 THEN 'transfer' ELSE 'invoice' END,
    CASE WHEN n.N % 3 = 0 THEN CONVERT(binary(16), n.N * 10473) END
FROM #Number AS n
WHERE n.N <= 29500
ORDER BY n.N;

INSERT INTO sales.Shipment (OrderId, WarehouseId, ShippedAt, Tracking)
SELECT n.N, 1 + n.N % 6, DATEADD(MINUTE, n.N * 19 + 600, CONVERT(datetime2(0), '2025-01-02T07:00:00')), CASE WHEN n.N % 8 > 0 THEN CONCAT('HF', n.N * 7919) END
FROM #Number AS n
WHERE n.N <= 29000
ORDER BY n.N;
GO

DROP TABLE #Number;
DROP TABLE #Word;
GO
