import { testEmptyPlans, testFiles, testModules, testSyntaxes } from "./equal-forms.ts";

testSyntaxes(250);
testFiles(250);
testModules(250);
testEmptyPlans(250);
