// What every page gets: the style sheets and the small behaviours. Each works on what it finds; none is needed to do the work.
import "bootstrap/dist/css/bootstrap.min.css";
import "./style/index.css";
import { sayThatItIsBusy } from "./app/busy";
import { confirmBeforeSending } from "./app/confirm";
import { keepDrafts } from "./app/draft";
import { showDisplayChoices } from "./app/display";
import { offerPhrases } from "./app/phrases";
import { refreshFields } from "./app/refresh";
import { uploadBeforeSending } from "./app/upload";

confirmBeforeSending();
sayThatItIsBusy();
keepDrafts();
offerPhrases();
refreshFields();
showDisplayChoices();
uploadBeforeSending();
document.querySelector<HTMLElement>(".bh-errors")?.focus();
