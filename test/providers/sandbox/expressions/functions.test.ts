import assert from "node:assert/strict";
import { test } from "node:test";
import { show } from "./evaluating.ts";

type Case = readonly [expression: string, expected: string];

function check(cases: readonly Case[]): void {
  const wrong = cases.filter(([text, expected]) => show(text) !== expected);
  assert.deepEqual(
    wrong.map(([text]) => [text, show(text)]),
    wrong.map(([text, expected]) => [text, expected]),
  );
}

test("text functions give what the T-SQL reference documents", () => {
  check([
    ["LEN('abc  ')", "3"],
    ["LEN(N'')", "0"],
    ["DATALENGTH(N'abc')", "6"],
    ["DATALENGTH('abc ')", "4"],
    ["DATALENGTH(CAST(1 AS decimal(38)))", "17"],
    ["LEFT('abcdefg',2)", "ab"],
    ["LEFT('abc',-1)", "error 537"],
    ["RIGHT('abcdefg',2)", "fg"],
    ["RIGHT('abc',-1)", "error 536"],
    ["SUBSTRING('abcdef',2,3)", "bcd"],
    ["SUBSTRING('abcdef',0,3)", "ab"],
    ["SUBSTRING('abc',1,-1)", "error 537"],
    ["SUBSTRING(0x010203,2,1)", "0x02"],
    ["CHARINDEX('bicycle','Reflectors are vital of a bicycle')", "27"],
    ["CHARINDEX('B','abcb',3)", "4"],
    ["CHARINDEX('','abc')", "0"],
    ["CHARINDEX('TEST','This is a Test' COLLATE Latin1_General_CS_AS)", "0"],
    ["CHARINDEX('Test','This is a Test' COLLATE Latin1_General_CS_AS)", "11"],
    ["PATINDEX('%ensure%','please ensure the door is locked')", "8"],
    ["PATINDEX('%[^ 0-9A-Za-z]%','Please ensure the door is locked!')", "33"],
    ["REPLACE('abcdefghicde','cde','xxx')", "abxxxfghixxx"],
    ["REPLACE('aAb','A' COLLATE Latin1_General_BIN,'x')", "axb"],
    ["STUFF('abcdef',2,3,'ijklmn')", "aijklmnef"],
    ["STUFF('abc',9,1,'x')", "NULL"],
    ["REPLICATE('0',3)", "000"],
    ["DATALENGTH(REPLICATE('abc',4000))", "8000"],
    ["DATALENGTH(REPLICATE(CAST('abc' AS varchar(max)),4000))", "12000"],
    ["LEN(REPLICATE('abc',2147483647))", "8000"],
    ["REPLICATE(CAST('abc' AS varchar(max)),2147483647)", "error 701"],
    ["STR(1,2147483647)", "NULL"],
    ["REVERSE('abc')", "cba"],
    ["QUOTENAME('abc[]def')", "[abc[]]def]"],
    ["QUOTENAME('a''b','''')", "'a''b'"],
    ["PARSENAME('Server.Db.[sch.ema].t',2)", "sch.ema"],
    ["PARSENAME('a..c',2)", "NULL"],
    ["CONCAT('Happy ','Birthday ',11,'/',NULL,'25')", "Happy Birthday 11/25"],
    ["CONCAT_WS(',','a',NULL,'b')", "a,b"],
    ["LTRIM('   x ')+'|'", "x |"],
    ["RTRIM(' x  ')+'|'", " x|"],
    ["TRIM('.,! ' FROM '     #     test    .')", "#     test"],
    ["UPPER('abc')+LOWER('ABC')", "ABCabc"],
    ["STR(123.45,6,1)", " 123.5"],
    ["STR(123.45,2,2)", "**"],
    ["CHAR(256)", "NULL"],
    ["CHAR(128)", "€"],
    ["ASCII('€')", "128"],
    ["UNICODE(N'Åkergatan 24')", "197"],
    ["TRANSLATE('2*[3+4]/{7-2}','[]{}','()()')", "2*(3+4)/(7-2)"],
    ["TRANSLATE('a','ab','x')", "error 9828"],
    ["SOUNDEX('Smith')", "S530"],
    ["SOUNDEX('Smythe')", "S530"],
    ["DIFFERENCE('Blotchet-Halls','Greene')", "0"],
    ["STRING_ESCAPE('a\"/','json')", 'a\\"\\/'],
  ]);
});

test("numbers are rounded, raised and drawn as documented", () => {
  check([
    ["ROUND(123.9994,3)", "123.9990"],
    ["ROUND(123.9995,3)", "124.0000"],
    ["ROUND(748.58,-1)", "750.00"],
    ["ROUND(748.58,-4)", "0.00"],
    ["ROUND(150.75,0)", "151.00"],
    ["ROUND(150.75,0,1)", "150.00"],
    ["ROUND(-2.5,0)", "-3.0"],
    ["ROUND(CAST(2147483647 AS int),-9)", "2000000000"],
    ["CEILING(-123.45)", "-123"],
    ["FLOOR(-123.45)", "-124"],
    ["CEILING($123.45)", "124.00"],
    ["ABS(-1.0)", "1.0"],
    ["SIGN(-125)", "-1"],
    ["POWER(2,10)", "1024"],
    ["POWER(2,31)", "error 232"],
    ["POWER(2.0,0.5)", "1.4"],
    ["SQRT(-1)", "error 3623"],
    ["LOG(8,2)", "3"],
    ["RAND(1)", "0.713592"],
    ["RAND(100)", "0.715437"],
    ["CONVERT(varchar(40),PI(),2)", "3.141592653589793e+000"],
    ["DEGREES(PI()/2)", "90"],
    ["ATN2(1,1)*4-PI()", "0"],
  ]);
});

test("dates are taken apart and put together as documented", () => {
  check([
    ["DATEADD(month,1,'20060830')", "Sep 30 2006 12:00AM"],
    ["DATEADD(month,1,'2006-08-31')", "Sep 30 2006 12:00AM"],
    ["DATEADD(year,2147483647,CAST('20060731' AS date))", "error 517"],
    ["DATEADD(hour,25,CAST('01:00' AS time(0)))", "02:00:00"],
    [
      "DATEADD(nanosecond,150,CAST('2007-01-01 13:10:10.1111111' AS datetime2))",
      "2007-01-01 13:10:10.1111113",
    ],
    ["DATEADD(day,-1,CAST('0001-01-01' AS date))", "error 517"],
    ["DATEDIFF(year,'2005-12-31 23:59:59.9999999','2006-01-01')", "1"],
    ["DATEDIFF(week,'2005-12-31','2006-01-01')", "1"],
    ["DATEDIFF(millisecond,'2000-01-01','2000-01-02')", "86400000"],
    ["DATEDIFF_BIG(nanosecond,'2000-01-01','2000-01-02')", "86400000000000"],
    ["DATEDIFF(second,'1900-01-01','2024-01-01')", "error 535"],
    ["DATEPART(week,'2007-04-21')", "16"],
    ["DATEPART(weekday,'2007-10-30')", "3"],
    ["DATEPART(iso_week,'2010-01-01')", "53"],
    ["DATEPART(tzoffset,'2007-05-10 00:00:01.1234567 +05:10')", "310"],
    ["DATEPART(ns,'00:00:01.1234567')", "123456700"],
    ["DATEPART(ms,CAST('2000-01-01 00:00:00.997' AS datetime))", "997"],
    ["DATEPART(century,'2000-01-01')", "error 155"],
    ["DATEPART(hour,CAST('2000-01-01' AS date))", "error 9810"],
    ["DATENAME(month,'2007-10-30')+DATENAME(dw,'2007-10-30')", "OctoberTuesday"],
    ["EOMONTH('2024-01-31',1)", "2024-02-29"],
    ["DATEFROMPARTS(2023,2,29)", "error 289"],
    ["DATETIME2FROMPARTS(2011,8,15,14,23,44,500,3)", "2011-08-15 14:23:44.500"],
    ["TIMEFROMPARTS(23,59,59,9999999,7)", "23:59:59.9999999"],
    ["DATETIMEOFFSETFROMPARTS(2010,12,31,14,23,23,1,12,0,1)", "2010-12-31 14:23:23.1 +12:00"],
    ["ISDATE('2024-02-30')", "0"],
    ["ISDATE('20240229')", "1"],
    ["GETDATE()", "Feb 29 2024  1:30PM"],
    ["SYSUTCDATETIME()", "2024-02-29 12:30:15.1234567"],
    [
      "SWITCHOFFSET('1998-09-20 7:45:50.71345 -05:00','-08:00')",
      "1998-09-20 04:45:50.7134500 -08:00",
    ],
    [
      "TODATETIMEOFFSET(CAST('2024-01-01' AS datetime2(0)),'+02:00')",
      "2024-01-01 00:00:00.0000000 +02:00",
    ],
    [
      "CAST('2024-07-01' AS datetime2(0)) AT TIME ZONE 'Pacific Standard Time'",
      "2024-07-01 00:00:00 -07:00",
    ],
    ["CAST('2024-07-01' AS datetime2(0)) AT TIME ZONE 'Nowhere'", "error 9820"],
    ["DATETRUNC(quarter,CAST('2024-06-30' AS date))", "2024-04-01"],
  ]);
});

test("conditionals take the type of all their results", () => {
  check([
    ["CASE WHEN 1=0 THEN 1 ELSE 2.5 END", "2.5"],
    ["CASE WHEN 1=1 THEN 1 ELSE 'x' END", "1"],
    ["CASE WHEN 1=0 THEN 1 ELSE 'x' END", "error 245"],
    ["CASE NULL WHEN NULL THEN 1 ELSE 2 END", "2"],
    ["COALESCE(NULL,NULL)", "error 4127"],
    ["COALESCE(NULL,'a',NULL)", "a"],
    ["ISNULL(CAST(NULL AS varchar(2)),'abc')", "ab"],
    ["NULLIF('a','A')", "NULL"],
    ["CHOOSE(3,'a','b')", "NULL"],
    ["IIF(NULL=1,1,0)", "0"],
    ["GREATEST(1,NULL,3)", "3"],
    ["LEAST('b','a')", "a"],
  ]);
});

test("calls that are wrong are refused with SQL Server's numbers", () => {
  check([
    ["nosuch(1)", "error 195"],
    ["LEFT('a')", "error 174"],
    ["ROUND(1)", "error 189"],
    ["SUM(1)", "error 147"],
    ["ROW_NUMBER()", "error 10753"],
    [
      "HASHBYTES('SHA2_256','abc')",
      "0xBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    ],
    ["HASHBYTES('SHA2_256',1)", "error 8116"],
    ["ISNUMERIC('$1,000')+ISNUMERIC('1e5')*10+ISNUMERIC('x')*100", "11"],
    ["SQL_VARIANT_PROPERTY(CAST(46279.1 AS decimal(8,2)),'Precision')", "8"],
    ['JSON_VALUE(\'{"a":{"b":[1,"x"]}}\',\'$.a.b[1]\')', "x"],
    ["ISJSON('{]')", "0"],
    ["CAST(DECOMPRESS(COMPRESS('abc')) AS varchar(9))", "abc"],
    ["DECOMPRESS(0x01)", "error 9827"],
    ["CAST(COLLATIONPROPERTY('Traditional_Spanish_CS_AS_KS_WS','CodePage') AS int)", "1252"],
    ["CAST(COLLATIONPROPERTY('SQL_Latin1_General_CP1_CI_AS','ComparisonStyle') AS int)", "196609"],
    ["COLLATIONPROPERTY('nosuch','LCID')", "NULL"],
  ]);
});

test("FORMAT writes numbers and dates in .NET's patterns", () => {
  check([
    ["FORMAT(1234567.891,'N2')", "1,234,567.89"],
    ["FORMAT(-1234.5,'C')", "($1,234.50)"],
    ["FORMAT(42,'D5')", "00042"],
    ["FORMAT(255,'X')", "FF"],
    ["FORMAT(0.1234,'P1')", "12.3 %"],
    ["FORMAT(1234.5,'#,##0.00')", "1,234.50"],
    ["FORMAT(0.5,'0.0##')", "0.5"],
    ["FORMAT(123456789,'###-##-####')", "123-45-6789"],
    ["FORMAT(7,'000')", "007"],
    ["FORMAT(-0.256,'0.0%;(0.0%)')", "(25.6%)"],
    ["FORMAT(5,'\"No. \"0')", "No. 5"],
    ["FORMAT(1.5e0,'F3')", "1.500"],
    [
      "FORMAT(CAST('2024-02-29 13:04:05' AS datetime),'yyyy-MM-dd HH:mm:ss')",
      "2024-02-29 13:04:05",
    ],
    ["FORMAT(CAST('2024-02-29 13:04:05' AS datetime2),'d','en-US')", "2/29/2024"],
    [
      "FORMAT(CAST('2024-02-29 13:04:05' AS datetime2),'ddd d MMM yy h:mm tt')",
      "Thu 29 Feb 24 1:04 PM",
    ],
    ["FORMAT(1,'N','de-de')", "error 9818"],
    ["FORMAT('a','N')", "error 8116"],
  ]);
});
