import { listApplies, showApply } from "../../core/operations/find-apply.ts";
import { forgetObjects, planForgetting } from "../../core/operations/forget-objects.ts";
import { moveState, planStateMove } from "../../core/operations/move-state.ts";
import { listState, readObject } from "../../core/operations/show-state.ts";
import { formatApplies, formatApply } from "../views/applies-text.ts";
import {
  FORGETTING_PLANNED,
  FORGOTTEN,
  forgettingToJson,
  formatForgetting,
  formatMove,
  MOVE_PLANNED,
  MOVED,
  moveToJson,
} from "../views/state-changes-text.ts";
import {
  formatState,
  formatStateList,
  toObjectJson,
  toStateListJson,
} from "../views/state-view.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, requireAtMost, unknownCommand, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";

interface Verb {
  /** How many arguments it takes, its own name among them. */
  readonly least: number;
  readonly most: number;
  readonly usage: string;
  readonly isChange: boolean;
  readonly run: (flags: Flags, context: CommandContext) => Promise<void>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    least: 1,
    most: Infinity,
    usage: "list [ADDRESS...] [-json]",
    isChange: false,
    run: list,
  },
  applies: {
    least: 1,
    most: 2,
    usage: "applies [ID] [-json]",
    isChange: false,
    run: applies,
  },
  show: { least: 2, most: 2, usage: "show ADDRESS [-json]", isChange: false, run: show },
  mv: { least: 3, most: 3, usage: "mv FROM TO [-dry-run] [-json]", isChange: true, run: move },
  rm: {
    least: 2,
    most: Infinity,
    usage: "rm ADDRESS... [-dry-run] [-json]",
    isChange: true,
    run: remove,
  },
};

export const command: Command = {
  name: "state",
  summary: "List, show, move and forget what the catalog records",
  usage: "list [ADDRESS...]|show ADDRESS|applies [ID]|mv FROM TO|rm ADDRESS... [-dry-run] [-json]",
  description:
    "list names the recorded objects: all, or those of a block or a module; show shows one. applies lists what was applied, newest first, or what one apply changed. mv gives objects another address: what refers to them, their recovery points and their jobs follow. rm takes objects out of the catalog and touches nothing else: their recovery points stay in the vault as orphans, restorable, without a retention. It is refused while another recorded object refers to them, and where prevent_destroy was recorded. To move and remove in a way that others can review, write moved and removed blocks instead.",
  flags: [
    {
      name: "dry-run",
      kind: "switch",
      description: "mv, rm: say what would be done; change nothing.",
    },
    JSON_FLAG,
  ],
  most: Infinity,
  examples: [
    "holdfast state list",
    "holdfast state list module.region",
    "holdfast state show backup_set.orders",
    "holdfast state applies",
    "holdfast state mv backup_set.orders backup_set.shop",
    `holdfast state mv server.shop 'server.shop["eu"]'`,
    "holdfast state rm -dry-run backup_set.orders",
  ],
  async run(flags, context) {
    const [name] = flags.positionals;
    if (name === undefined)
      throw usageError("state needs to know what to do: list, show, applies, mv or rm.");
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) {
      throw unknownCommand(
        `state ${name}`,
        Object.keys(VERBS).map((each) => `state ${each}`),
      );
    }
    if (flags.positionals.length < verb.least)
      throw usageError(`Write: holdfast state ${verb.usage}.`);
    requireAtMost(verb.most, flags, `state ${name}`);
    if (!verb.isChange && flags.value("dry-run") !== undefined)
      throw usageError(`state ${name} changes nothing and takes no -dry-run.`);
    await verb.run(flags, context);
    return 0;
  },
};

async function list(flags: Flags, context: CommandContext): Promise<void> {
  const isJson = flags.isOn("json");
  const [, ...texts] = flags.positionals;
  const state = await listState(texts, await context.ports(diagnosticsHost(isJson, context)));
  if (isJson) printJson(toStateListJson(state), context);
  else context.stdout(formatStateList(state));
}

async function applies(flags: Flags, context: CommandContext): Promise<void> {
  const isJson = flags.isOn("json");
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const [, text] = flags.positionals;
  if (text === undefined) {
    const listing = await listApplies(ports);
    if (isJson) printJson(listing, context);
    else context.stdout(formatApplies(listing.applies, tableWidth(context)));
    return;
  }
  const apply = await showApply(text, ports);
  if (isJson) printJson(apply, context);
  else context.stdout(formatApply(apply));
}

async function show(flags: Flags, context: CommandContext): Promise<void> {
  const isJson = flags.isOn("json");
  const [, text = ""] = flags.positionals;
  const state = await readObject(text, await context.ports(diagnosticsHost(isJson, context)));
  if (isJson) printJson(toObjectJson(state), context);
  else context.stdout(formatState(state));
}

async function move(flags: Flags, context: CommandContext): Promise<void> {
  const { isJson, isDry, summary } = changeFlags(flags);
  const [, from = "", to = ""] = flags.positionals;
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const moved = await (isDry ? planStateMove : moveState)({ from, to }, ports);
  if (isJson) printJson({ ...summary, ...moveToJson(moved) }, context);
  else context.stdout(formatMove(moved, isDry ? MOVE_PLANNED : MOVED));
}

async function remove(flags: Flags, context: CommandContext): Promise<void> {
  const { isJson, isDry, summary } = changeFlags(flags);
  const [, ...texts] = flags.positionals;
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const forgetting = await (isDry ? planForgetting : forgetObjects)(texts, ports);
  if (isJson) printJson({ ...summary, ...forgettingToJson(forgetting) }, context);
  else context.stdout(formatForgetting(forgetting, isDry ? FORGETTING_PLANNED : FORGOTTEN));
}

function changeFlags(flags: Flags) {
  const isDry = flags.isOn("dry-run");
  const summary = { type: "summary", status: "successful", dry_run: isDry };
  return { isJson: flags.isOn("json"), isDry, summary };
}
