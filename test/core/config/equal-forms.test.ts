import { testEmptyPlans, testFiles, testModules, testSyntaxes } from "./equal-forms.ts";

testSyntaxes(10);
testFiles(10);
testModules(10);
testEmptyPlans(10);
