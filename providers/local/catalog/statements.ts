import type { SQLInputValue } from "node:sqlite";
import type { ApplyRecord } from "../../../core/catalog/apply-record.ts";
import type { CatalogChange } from "../../../core/catalog/catalog.ts";
import { isJournalled, type JournalChange } from "../../../core/catalog/memory-journal.ts";
import { encodeApply, encodeChange, encodeObservation } from "./apply-rows.ts";
import {
  encodeJob,
  encodeObject,
  encodePatch,
  encodePoint,
  OBJECT_COLUMNS,
  POINT_COLUMNS,
} from "./rows.ts";

/** A text to prepare once, and what it is run with. */
export type Statement = readonly [string, readonly SQLInputValue[]];

function placeholders(columns: string): string {
  return columns
    .split(",")
    .map(() => "?")
    .join(", ");
}

const PUT_OBJECT = `INSERT OR REPLACE INTO object (${OBJECT_COLUMNS}) VALUES (${placeholders(OBJECT_COLUMNS)})`;
const PUT_POINT = `INSERT OR REPLACE INTO point (${POINT_COLUMNS}) VALUES (${placeholders(POINT_COLUMNS)})`;
const PUT_JOB = `INSERT INTO job (id, queued_at, record) VALUES (?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET queued_at = excluded.queued_at, record =
    CASE WHEN record ->> 'cancelRequested'
      THEN json_set(excluded.record, '$.cancelRequested', json('true')) ELSE excluded.record END`;
const CANCEL_JOB = `UPDATE job SET record = json_set(record, '$.cancelRequested', json('true'))
  WHERE id = ? AND record ->> 'status' IN ('queued', 'running')`;
const PUT_CHANGE = "INSERT INTO apply_change VALUES (?, ?, ?, ?, ?, ?, ?)";
const FINISH_CHANGE = `INSERT OR IGNORE INTO done_change
  SELECT apply, address FROM apply_change WHERE apply = ? AND address = ?`;

/** What writes that change, in this order. */
export function statementsOf(change: CatalogChange): readonly Statement[] {
  if (isJournalled(change)) return journalStatementsOf(change);
  switch (change.kind) {
    case "put_object":
      return [[PUT_OBJECT, encodeObject(change.object)]];
    case "remove_object":
      return [["DELETE FROM object WHERE address = ?", [change.address]]];
    case "put_point":
      return [[PUT_POINT, encodePoint(change.point)]];
    case "change_point":
      return changePoint(change);
    case "remove_point":
      return [["DELETE FROM point WHERE id = ?", [change.id]]];
    case "put_job":
      return [[PUT_JOB, encodeJob(change.job)]];
    case "cancel_job":
      return [[CANCEL_JOB, [change.id]]];
    default:
      return change satisfies never;
  }
}

/** Of applies and of what servers said. */
function journalStatementsOf(change: JournalChange): readonly Statement[] {
  switch (change.kind) {
    case "put_apply":
      return putApply(change.apply);
    case "change_apply": {
      const patch = "UPDATE apply SET record = json_patch(record, ?) WHERE id = ?";
      return [[patch, [JSON.stringify(change.facts), change.id]]];
    }
    case "finish_change":
      return [[FINISH_CHANGE, [change.apply, change.address]]];
    case "put_observation":
      return [
        [
          "INSERT OR REPLACE INTO observation VALUES (?, ?, ?)",
          encodeObservation(change.observation),
        ],
      ];
    case "remove_observation":
      return [["DELETE FROM observation WHERE server = ?", [change.server]]];
    default:
      return change satisfies never;
  }
}

type PointChange = Extract<CatalogChange, { readonly kind: "change_point" }>;

function changePoint({ id, from, patch }: PointChange): readonly Statement[] {
  const columns = encodePatch(patch);
  if (columns.length === 0) return [];
  const set = columns.map(([name]) => `${name} = ?`).join(", ");
  const update = `UPDATE point SET ${set} WHERE id = ? AND state = ifnull(?, state)`;
  return [[update, [...columns.map(([, value]) => value), id, from ?? null]]];
}

function putApply(apply: ApplyRecord): readonly Statement[] {
  const { id, changes } = apply;
  return [
    ["INSERT OR REPLACE INTO apply VALUES (?, ?, ?)", encodeApply(apply)],
    ["DELETE FROM apply_change WHERE apply = ?", [id]],
    ["DELETE FROM done_change WHERE apply = ?", [id]],
    ...changes.map((change, at): Statement => [PUT_CHANGE, encodeChange(id, change, at)]),
    ...changes
      .filter(({ done }) => done)
      .map(({ address }): Statement => [FINISH_CHANGE, [id, address]]),
  ];
}
