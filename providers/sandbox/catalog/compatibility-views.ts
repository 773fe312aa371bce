import type { SystemContext } from "../engine/system-registry.ts";
import type { ObjectType, SchemaObject } from "../storage/schema-object.ts";
import {
  ALL_TYPES,
  columnOwners,
  typeCode,
  visibleIndexes,
  visibleObjects,
} from "./object-rows.ts";
import { estimatedPages } from "./storage-views.ts";
import {
  SYSNAME_ID,
  SYSTEM_TYPE_NAMES,
  shownCollation,
  systemTypeId,
  typeSize,
  widestSize,
} from "./type-facts.ts";
import { bit, bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

/** Low four bits of `sysobjects.sysstat`, by which scripts of SQL Server 6 and 7 tell these kinds apart; 0 for the others. */
const SYSSTAT: Readonly<Partial<Record<ObjectType, number>>> = { V: 2, U: 3, P: 4, TR: 8 };

/** The old codes of two kinds of object differ from those of `sys.objects`. */
const OLD_TYPES: Readonly<Partial<Record<ObjectType, string>>> = { PK: "K ", UQ: "K " };

function objectRow(object: SchemaObject): ViewRow {
  return {
    name: object.name,
    id: object.objectId,
    xtype: typeCode(object.type),
    uid: object.schemaId,
    parent_obj: object.parentId,
    crdate: object.createDate,
    type: OLD_TYPES[object.type] ?? typeCode(object.type),
    sysstat: SYSSTAT[object.type] ?? 0,
    refdate: object.createDate,
    category: object.isSystem ? 2 : 0,
  };
}

function* columnRows(context: SystemContext): Iterable<ViewRow> {
  for (const owner of columnOwners(context)) {
    for (const column of owner.columns) {
      const { maxLength, precision, scale } = typeSize(column.type);
      const id = systemTypeId(column.type.name);
      yield {
        name: column.name,
        id: owner.objectId,
        xtype: id,
        xusertype: column.userTypeId,
        length: maxLength,
        xprec: precision,
        xscale: scale,
        colid: column.columnId,
        cdefault: column.defaultObjectId,
        colorder: column.columnId,
        status: (column.nullable ? 8 : 0) | (column.identity === undefined ? 0 : 0x80),
        type: id,
        usertype: column.userTypeId,
        prec: precision === 0 ? column.type.length : precision,
        scale,
        iscomputed: bit(column.computed !== undefined),
        isnullable: bit(column.nullable),
        collation: shownCollation(column.type, context.database),
      };
    }
  }
  yield* parameterRows(context);
}

function* parameterRows(context: SystemContext): Iterable<ViewRow> {
  for (const routine of visibleObjects(context, "P", "FN", "IF", "TF")) {
    for (const parameter of routine.parameters) {
      const { maxLength, precision, scale } = typeSize(parameter.type);
      yield {
        name: parameter.name,
        id: routine.objectId,
        xtype: systemTypeId(parameter.type.name),
        xusertype: parameter.userTypeId,
        length: maxLength,
        xprec: precision,
        xscale: scale,
        colid: parameter.parameterId,
        type: systemTypeId(parameter.type.name),
        usertype: parameter.userTypeId,
        prec: precision === 0 ? parameter.type.length : precision,
        scale,
        isoutparam: bit(parameter.isOutput),
        isnullable: 1,
        number: 1,
      };
    }
  }
}

function* indexRows(context: SystemContext): Iterable<ViewRow> {
  for (const owned of visibleIndexes(context)) {
    const { owner, index } = owned;
    const pages = Number(estimatedPages(context, owned));
    yield {
      id: owner.objectId,
      name: index.kind === "heap" ? null : index.name,
      indid: index.indexId,
      status:
        (index.unique ? 2 : 0) |
        (index.kind === "clustered" ? 16 : 0) |
        (index.isPrimaryKey ? 2048 : 0) |
        (index.isUniqueConstraint ? 4096 : 0),
      dpages: pages,
      reserved: pages,
      used: pages,
      rowcnt: BigInt(context.database.rowCount(owner.objectId)),
      rows: context.database.rowCount(owner.objectId),
      groupid: 1,
      keycnt: index.keys.length,
      origFillFactor: index.fillFactor,
    };
  }
}

function* indexKeyRows(context: SystemContext): Iterable<ViewRow> {
  for (const { owner, index } of visibleIndexes(context)) {
    for (const [position, { columnId }] of index.keys.entries()) {
      yield {
        id: owner.objectId,
        indid: index.indexId,
        colid: columnId,
        keyno: position + 1,
      };
    }
  }
}

/** Definitions in pieces of 4000 characters. */
function* commentRows(context: SystemContext): Iterable<ViewRow> {
  for (const object of visibleObjects(context, "V", "P", "FN", "IF", "TF", "TR", "C", "D")) {
    const isModule = "module" in object;
    const isEncrypted = isModule && object.module.isEncrypted;
    const text = isModule ? object.module.definition : object.definition;
    const pieces = isEncrypted ? [null] : (text.match(/[\s\S]{1,4000}/g) ?? [""]);
    for (const [position, piece] of pieces.entries()) {
      yield {
        id: object.objectId,
        number: isModule && object.type === "P" ? 1 : 0,
        colid: position + 1,
        status: 2,
        texttype: 2,
        encrypted: bit(isEncrypted),
        text: piece,
      };
    }
  }
}

function* typeRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const name of SYSTEM_TYPE_NAMES) {
    const { maxLength, precision, scale } = widestSize(name);
    const id = systemTypeId(name);
    const sizes = { length: maxLength, xprec: precision, xscale: scale, prec: precision, scale };
    yield {
      name,
      xtype: id,
      xusertype: id,
      uid: 4,
      usertype: id,
      type: id,
      allownulls: 1,
      ...sizes,
    };
  }
  const sysname = {
    name: "sysname",
    xtype: 231,
    xusertype: SYSNAME_ID,
    type: 231,
    uid: 4,
    length: 256,
  };
  yield { ...sysname, usertype: SYSNAME_ID, allownulls: 0 };
  for (const type of database.catalog.types.values()) {
    if (type.base === undefined) continue;
    const { maxLength, precision, scale } = typeSize(type.base);
    const id = systemTypeId(type.base.name);
    yield {
      name: type.name,
      xtype: id,
      xusertype: type.userTypeId,
      length: maxLength,
      xprec: precision,
      xscale: scale,
      uid: type.schemaId,
      usertype: type.userTypeId,
      allownulls: bit(type.nullable),
      type: id,
      prec: precision,
      scale,
      collation: shownCollation(type.base, database),
    };
  }
}

function* userRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const principal of database.catalog.principals.values()) {
    const isRole = principal.kind === "database_role" || principal.kind === "application_role";
    yield {
      uid: principal.principalId,
      name: principal.name,
      sid: principal.sid === undefined ? null : bytesOfHex(principal.sid),
      createdate: principal.createDate,
      updatedate: principal.modifyDate,
      altuid: principal.owningPrincipalId,
      hasdbaccess: bit(!isRole && principal.kind !== "user_without_login"),
      islogin: bit(!isRole),
      issqluser: bit(!isRole),
      issqlrole: bit(principal.kind === "database_role"),
      isapprole: bit(principal.kind === "application_role"),
    };
  }
}

function* foreignKeyRows(context: SystemContext): Iterable<ViewRow> {
  for (const key of visibleObjects(context, "F")) {
    for (const [position, pair] of key.columns.entries()) {
      yield {
        constid: key.objectId,
        fkeyid: key.parentId,
        rkeyid: key.referencedId,
        fkey: pair.column,
        rkey: pair.referenced,
        keyno: position + 1,
      };
    }
  }
}

function* referenceRows(context: SystemContext): Iterable<ViewRow> {
  for (const key of visibleObjects(context, "F")) {
    const own: Record<string, number> = {};
    for (const [position, pair] of key.columns.entries()) {
      own[`fkey${position + 1}`] = pair.column;
      own[`rkey${position + 1}`] = pair.referenced;
    }
    yield {
      constid: key.objectId,
      fkeyid: key.parentId,
      rkeyid: key.referencedId,
      rkeyindid: key.referencedIndexId,
      keycnt: key.columns.length,
      ...own,
    };
  }
}

const KEY_NUMBERS = Array.from({ length: 16 }, (_, index) => index + 1);
const keyColumns = (prefix: string) =>
  KEY_NUMBERS.map((number) => `${prefix}${number} smallint`).join(", ");

/** Views of SQL Server 2000's system tables: every database has those. */
export const COMPATIBILITY_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.sysobjects",
    columns: `name sysname, id int, xtype code2, uid smallint?, info smallint?, status int?, base_schema_ver int?, replinfo int?, parent_obj int, crdate datetime, ftcatid smallint?,
schema_ver int?, stats_schema_ver int?, type code2?, userstat smallint?, sysstat smallint?, indexdel smallint?, refdate datetime, version int?, deltrig int?, instrig int?,
updtrig int?, seltrig int?, category int?, cache smallint?`,
    rows: (context) => visibleObjects(context, ...ALL_TYPES).map(objectRow),
  },
  {
    name: "sys.syscolumns",
    columns: `name sysname?, id int, xtype tinyint, typestat tinyint?, xusertype smallint?, length smallint, xprec tinyint, xscale tinyint, colid smallint?, xoffset smallint?,
bitpos tinyint?, reserved tinyint?, colstat smallint?, cdefault int, domain int, number smallint?, colorder smallint?, autoval binary?, offset smallint?, collationid int?,
language int?, status tinyint?, type tinyint, usertype smallint?, printfmt path?, prec smallint?, scale int?, iscomputed int?, isoutparam int?, isnullable int?, collation sysname?, tdscollation binary?`,
    rows: columnRows,
  },
  {
    name: "sys.sysindexes",
    columns: `id int, status int?, first binary?, indid smallint?, root binary?, minlen smallint?, keycnt smallint?, groupid smallint?, dpages int?, reserved int?, used int?,
rowcnt bigint?, rowmodctr int?, reserved3 int?, reserved4 int?, xmaxlen smallint?, maxirow smallint?, origFillFactor tinyint?, StatVersion tinyint?, reserved2 int?,
FirstIAM binary?, impid smallint?, lockflags smallint?, pgmodctr int?, keys binary?, name sysname?, statblob binary?, maxlen int?, rows int?`,
    rows: indexRows,
  },
  {
    name: "sys.sysindexkeys",
    columns: "id int, indid smallint?, colid smallint?, keyno smallint?",
    rows: indexKeyRows,
  },
  {
    name: "sys.syscomments",
    columns: `id int, number smallint?, colid smallint, status smallint, ctext binary?, texttype smallint?, language smallint?, encrypted bit, compressed bit, text text?`,
    rows: commentRows,
  },
  {
    name: "sys.systypes",
    columns: `name sysname, xtype tinyint, status tinyint?, xusertype smallint?, length smallint, xprec tinyint, xscale tinyint, tdefault int, domain int, uid smallint?,
reserved smallint?, collationid int?, usertype smallint?, variable bit, allownulls bit?, type tinyint, printfmt path?, prec smallint?, scale tinyint?, collation sysname?`,
    rows: typeRows,
  },
  {
    name: "sys.sysusers",
    columns: `uid smallint?, status smallint?, name sysname, sid sid?, roles binary?, createdate datetime, updatedate datetime, altuid smallint?, password hash?, gid smallint?,
environ path?, hasdbaccess int?, islogin int?, isntname int?, isntgroup int?, isntuser int?, issqluser int?, isaliased int?, issqlrole int?, isapprole int?`,
    rows: userRows,
  },
  {
    name: "sys.sysmembers",
    columns: "memberuid smallint?, groupuid smallint?",
    *rows({ database }) {
      for (const { roleId, memberId } of database.catalog.roleMembers.values()) {
        yield { memberuid: memberId, groupuid: roleId };
      }
    },
  },
  {
    name: "sys.sysforeignkeys",
    columns: "constid int, fkeyid int, rkeyid int, fkey smallint?, rkey smallint?, keyno smallint?",
    rows: foreignKeyRows,
  },
  {
    name: "sys.sysreferences",
    columns: `constid int, fkeyid int, rkeyid int?, rkeyindid smallint?, keycnt smallint?, forkeys binary?, refkeys binary?, fkeydbid smallint?, rkeydbid smallint?, ${keyColumns("fkey")}, ${keyColumns("rkey")}`,
    rows: referenceRows,
  },
  {
    name: "sys.sysfiles",
    columns: `fileid smallint?, groupid smallint?, size int, maxsize int, growth int, status int?, perf int?, name sysname, filename path`,
    rows: ({ database }) =>
      database.files.map((file) => ({
        fileid: file.fileId,
        groupid: file.kind === "LOG" ? 0 : 1,
        size: 1024,
        maxsize: -1,
        growth: 8192,
        status: file.kind === "LOG" ? 66 : 2,
        name: file.name,
        filename: file.physicalName,
      })),
  },
  {
    name: "sys.sysfilegroups",
    columns: "groupid smallint?, allocpolicy smallint?, status int?, groupname sysname",
    rows: () => [{ groupid: 1, allocpolicy: 0, status: 16, groupname: "PRIMARY" }],
  },
];
