/** A language's rules of order, as the first part of a Windows collation name names it. */
export interface CollationLocale {
  readonly designator: string;
  readonly lcid: number;
  /** The code page of char and varchar; 0: the locale has none, its collations store Unicode only. */
  readonly codePage: number;
  /** BCP 47 tag with the nearest order in ICU. */
  readonly language: string;
  /** The versions that exist: "" (before 2005), 90, 100, 140. */
  readonly versions: readonly string[];
}

/**
 * Windows collation designators: LCID, code page, language, versions. From Microsoft's documentation of Windows collations
 * ("Windows Collation Name (Transact-SQL)", "Collation and Unicode support", [MS-LCID]).
 */
const TABLE = `
Albanian 1052 1250 sq ,100
Arabic 1025 1256 ar ,100
Assamese 1101 0 as 100
Azeri_Cyrillic 2092 1251 az-Cyrl 90,100
Azeri_Latin 1068 1254 az 90,100
Bashkir 1133 1251 ba 100
Bengali 2117 0 bn 100
Bosnian_Cyrillic 8218 1251 bs-Cyrl 100
Bosnian_Latin 5146 1250 bs 100
Breton 1150 1252 br 100
Chinese_Hong_Kong_Stroke 3076 950 zh-Hant-u-co-stroke 90
Chinese_PRC 2052 936 zh ,90
Chinese_PRC_Stroke 133124 936 zh-u-co-stroke ,90
Chinese_Simplified_Pinyin 2052 936 zh 100
Chinese_Simplified_Stroke_Order 133124 936 zh-u-co-stroke 100
Chinese_Taiwan_Bopomofo 197636 950 zh-Hant-u-co-zhuyin ,90
Chinese_Taiwan_Stroke 1028 950 zh-Hant-u-co-stroke ,90
Chinese_Traditional_Bopomofo 197636 950 zh-Hant-u-co-zhuyin 100
Chinese_Traditional_Pinyin 2052 950 zh-Hant-u-co-pinyin 100
Chinese_Traditional_Stroke_Count 1028 950 zh-Hant-u-co-stroke 100
Chinese_Traditional_Stroke_Order 132100 950 zh-Hant-u-co-stroke 100
Corsican 1155 1252 co 100
Croatian 1050 1250 hr ,100
Cyrillic_General 1049 1251 ru ,100
Czech 1029 1250 cs ,100
Danish_Greenlandic 1030 1252 da 100
Danish_Norwegian 1030 1252 da ,100
Dari 1164 1256 fa-AF 100
Divehi 1125 0 dv 90,100
Estonian 1061 1257 et ,100
Finnish_Swedish 1035 1252 fi ,100
French 1036 1252 fr ,100
Frisian 1122 1252 fy 100
Georgian_Modern_Sort 66615 1252 ka ,100
German_PhoneBook 66567 1252 de-u-co-phonebk ,100
Greek 1032 1253 el ,100
Hebrew 1037 1255 he ,100
Hungarian 1038 1250 hu ,100
Hungarian_Technical 66574 1250 hu ,100
Icelandic 1039 1252 is ,100
Indic_General 1081 0 hi 90,100
Japanese 1041 932 ja ,90
Japanese_Bushu_Kakusu 263185 932 ja-u-co-unihan 100,140
Japanese_Unicode 66577 932 ja 
Japanese_XJIS 1041 932 ja 100,140
Kazakh 1087 1251 kk 90,100
Khmer 1107 0 km 100
Korean 1042 949 ko 90,100
Korean_Wansung 1042 949 ko 
Lao 1108 0 lo 100
Latin1_General 1033 1252 en ,100
Latvian 1062 1257 lv ,100
Lithuanian 1063 1257 lt ,100
Macedonian_FYROM 1071 1251 mk 90,100
Maltese 1082 0 mt 100
Maori 1153 0 mi 100
Mapudungan 1146 1252 arn 100
Modern_Spanish 3082 1252 es ,100
Mohawk 1148 1252 moh 100
Nepali 1121 0 ne 100
Norwegian 1044 1252 nb 100
Pashto 1123 0 ps 100
Persian 1065 1256 fa 100
Polish 1045 1250 pl ,100
Romanian 1048 1250 ro ,100
Romansh 1047 1252 rm 100
Sami_Norway 1083 1252 se 100
Sami_Sweden_Finland 2107 1252 se 100
Serbian_Cyrillic 7194 1251 sr 100
Serbian_Latin 6170 1250 sr-Latn 100
Slovak 1051 1250 sk ,100
Slovenian 1060 1250 sl ,100
Syriac 1114 0 syr 90,100
Tamazight 2143 1252 tzm 100
Tatar 1092 1251 tt 90,100
Thai 1054 874 th ,100
Tibetan 1105 0 bo 100
Traditional_Spanish 1034 1252 es-u-co-trad ,100
Turkish 1055 1254 tr ,100
Turkmen 1090 1250 tk 100
Uighur 1152 1256 ug 100
Ukrainian 1058 1251 uk ,100
Upper_Sorbian 1070 1252 hsb 100
Urdu 1056 1256 ur 100
Uzbek_Latin 1091 1254 uz 90,100
Vietnamese 1066 1258 vi ,100
Welsh 1106 1252 cy 100
Yakut 1157 1251 sah 100`;

export const COLLATION_LOCALES: readonly CollationLocale[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [designator = "", lcid, codePage, language = "", versions = ""] = line.split(" ");
    return {
      designator,
      lcid: Number(lcid),
      codePage: Number(codePage),
      language,
      versions: versions.split(","),
    };
  });

/** A collation of SQL Server's own making, kept for compatibility: its sort order, on its code page, has a number. */
export interface SqlCollation {
  readonly name: string;
  readonly sortId: number;
  readonly lcid: number;
  readonly codePage: number;
}

/** Sort orders ([MS-TDS] 2.2.5.1.2 points to them): number, LCID of the Unicode part, code page, names without `SQL_`. */
const SQL_TABLE = `
30 1033 437 Latin1_General_CP437_BIN
31 1033 437 Latin1_General_CP437_CS_AS
32 1033 437 Latin1_General_CP437_CI_AS
33 1033 437 Latin1_General_Pref_CP437_CI_AS
34 1033 437 Latin1_General_CP437_CI_AI
35 1033 437 Latin1_General_CP437_BIN2
40 1033 850 Latin1_General_CP850_BIN
41 1033 850 Latin1_General_CP850_CS_AS
42 1033 850 Latin1_General_CP850_CI_AS
43 1033 850 Latin1_General_Pref_CP850_CI_AS
44 1033 850 Latin1_General_CP850_CI_AI
45 1033 850 Latin1_General_CP850_BIN2
49 1033 850 1xCompat_CP850_CI_AS
51 1033 1252 Latin1_General_CP1_CS_AS
52 1033 1252 Latin1_General_CP1_CI_AS
53 1033 1252 Latin1_General_Pref_CP1_CI_AS
54 1033 1252 Latin1_General_CP1_CI_AI
55 1033 850 AltDiction_CP850_CS_AS
56 1033 850 AltDiction_Pref_CP850_CI_AS
57 1033 850 AltDiction_CP850_CI_AI
58 1033 850 Scandinavian_Pref_CP850_CI_AS
59 1033 850 Scandinavian_CP850_CS_AS
60 1033 850 Scandinavian_CP850_CI_AS
61 1033 850 AltDiction_CP850_CI_AS
81 1033 1250 Latin1_General_CP1250_CS_AS
82 1033 1250 Latin1_General_CP1250_CI_AS
83 1029 1250 Czech_CP1250_CS_AS
84 1029 1250 Czech_CP1250_CI_AS
85 1038 1250 Hungarian_CP1250_CS_AS
86 1038 1250 Hungarian_CP1250_CI_AS
87 1045 1250 Polish_CP1250_CS_AS
88 1045 1250 Polish_CP1250_CI_AS
89 1048 1250 Romanian_CP1250_CS_AS
90 1048 1250 Romanian_CP1250_CI_AS
91 1050 1250 Croatian_CP1250_CS_AS
92 1050 1250 Croatian_CP1250_CI_AS
93 1051 1250 Slovak_CP1250_CS_AS
94 1051 1250 Slovak_CP1250_CI_AS
95 1060 1250 Slovenian_CP1250_CS_AS
96 1060 1250 Slovenian_CP1250_CI_AS
105 1033 1251 Latin1_General_CP1251_CS_AS
106 1033 1251 Latin1_General_CP1251_CI_AS
107 1058 1251 Ukrainian_CP1251_CS_AS
108 1058 1251 Ukrainian_CP1251_CI_AS
113 1033 1253 Latin1_General_CP1253_CS_AS
114 1033 1253 Latin1_General_CP1253_CI_AS
120 1033 1253 MixDiction_CP1253_CS_AS
121 1033 1253 AltDiction_CP1253_CS_AS
122 1033 1253 AltDiction2_CP1253_CS_AS
124 1033 1253 Latin1_General_CP1253_CI_AI
129 1055 1254 Latin1_General_CP1254_CS_AS
130 1055 1254 Latin1_General_CP1254_CI_AS
137 1033 1255 Latin1_General_CP1255_CS_AS
138 1033 1255 Latin1_General_CP1255_CI_AS
145 1033 1256 Latin1_General_CP1256_CS_AS
146 1033 1256 Latin1_General_CP1256_CI_AS
153 1033 1257 Latin1_General_CP1257_CS_AS
154 1033 1257 Latin1_General_CP1257_CI_AS
155 1061 1257 Estonian_CP1257_CS_AS
156 1061 1257 Estonian_CP1257_CI_AS
157 1062 1257 Latvian_CP1257_CS_AS
158 1062 1257 Latvian_CP1257_CI_AS
159 1063 1257 Lithuanian_CP1257_CS_AS
160 1063 1257 Lithuanian_CP1257_CI_AS
183 1030 1252 Danish_Pref_CP1_CI_AS
184 1053 1252 SwedishPhone_Pref_CP1_CI_AS
185 1053 1252 SwedishStd_Pref_CP1_CI_AS
186 1039 1252 Icelandic_Pref_CP1_CI_AS`;

export const SQL_COLLATIONS: readonly SqlCollation[] = SQL_TABLE.trim()
  .split("\n")
  .map((line) => {
    const [sortId, lcid, codePage, name = ""] = line.split(" ");
    return {
      name: `SQL_${name}`,
      sortId: Number(sortId),
      lcid: Number(lcid),
      codePage: Number(codePage),
    };
  });
