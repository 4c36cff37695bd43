// What a new file begins with: the smallest content that the gate takes.

const DECISION = (key: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="${key}_definitions" name="${key}" namespace="urn:bihuan:decisions">
  <decision id="${key}" name="${key}">
    <decisionTable id="${key}_table" hitPolicy="FIRST">
      <input id="${key}_input_1" label="">
        <inputExpression id="${key}_expression_1" typeRef="string"><text></text></inputExpression>
      </input>
      <output id="${key}_output_1" label="" name="result" typeRef="string" />
      <rule id="${key}_rule_1">
        <inputEntry id="${key}_entry_1"><text>-</text></inputEntry>
        <outputEntry id="${key}_answer_1"><text>""</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="${key}_diagram">
      <dmndi:DMNShape id="${key}_shape" dmnElementRef="${key}"><dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
`;

export function fresh(kind: string, key: string): string {
  if (kind === "form") return `${JSON.stringify({ type: "default", id: key, schemaVersion: 18, components: [] }, null, 2)}\n`;
  if (kind === "decision") return DECISION(key);
  if (kind === "texts") return 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n';
  if (kind === "scenario") return 'title = ""\n\n[[steps]]\nby = ""\ndo = "start"\nvalues = {}\n\n[expect]\nstate = "open"\n';
  return "";
}
