// Every call of a collection breaks before its effect, and after it.
process.env["HOLDFAST_SLOW"] = "1";
await import("./collect-faults.test.ts");
