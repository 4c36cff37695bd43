// Libraries that come without types.
declare module "bpmn-js-properties-panel";
declare module "@bpmn-io/properties-panel";
declare module "bpmn-js-i18n-zh/lib/bpmn-js/index.js";
declare module "bpmn-js-i18n-zh/lib/properties-panel/index.js";
declare module "bpmn-js-i18n/translations/zn.js";
declare module "dmn-js/lib/Modeler";
declare module "*.json";
declare module "@bpmn-io/properties-panel/preact";
