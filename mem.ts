import { createFolderStore } from "./providers/local/folder-store.ts";
import { keepYoungSpaceSmall } from "./cmd/wiring/young-memory.ts";
import { openVault } from "./core/vault/vault.ts";
import { TEST_KEY, vaultOptions } from "./test/support/vault.ts";
keepYoungSpaceSmall();
const r=()=>{const m=process.memoryUsage();return Object.entries(m).map(([k,v])=>k+' '+(v/1e6|0)).join(' ')+' peak '+(process.resourceUsage().maxRSS/1000|0)};
console.log(r());
const v=await openVault(createFolderStore(process.argv[2]??""), TEST_KEY, {...vaultOptions("m"+Date.now())});
console.log(r());
{ await using w=await v.beginPoint(); console.log(r()); }
