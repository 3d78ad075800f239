import { describeProvider } from "../conformance/suite.ts";
import { openAzuriteSubject } from "./subject.ts";

describeProvider("Azure with an account key", () => openAzuriteSubject("key"));
