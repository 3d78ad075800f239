import { describeProvider } from "../conformance/suite.ts";
import { openAzuriteSubject } from "./subject.ts";

describeProvider("Azure with an identity", () => openAzuriteSubject("identity"));
