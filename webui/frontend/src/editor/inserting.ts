// A step that is appended where one way leads on is put into that way: nobody means two ways out of a task.
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";
import type EventBus from "diagram-js/lib/core/EventBus";
import type Modeling from "diagram-js/lib/features/modeling/Modeling";
import type Rules from "diagram-js/lib/features/rules/Rules";
import type { Connection, Shape } from "diagram-js/lib/model/Types";
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { middle } from "./geometry";

/** When what follows has made room. */
const AFTER_ROOM = 400;

type Appended = { context: { source: Shape; shape: Shape; hints?: { connectionTarget?: Shape }; through?: Connection } };

/** The one way out of a step into which what is appended to it belongs; undefined where it is a way of its own. */
export function wayThrough(source: Shape, shape: Shape): Connection | undefined {
  if (!isAny(source as never, ["bpmn:Activity", "bpmn:Event"]) || is(source as never, "bpmn:BoundaryEvent")) return undefined;
  if (!is(shape as never, "bpmn:FlowNode") || isAny(shape as never, ["bpmn:EndEvent", "bpmn:BoundaryEvent"])) return undefined;
  const ways = source.outgoing.filter((flow) => is(flow as never, "bpmn:SequenceFlow") && flow.target !== shape);
  const [way, more] = ways as Connection[];
  if (!way || more || shape["businessObject"].isForCompensation) return undefined;
  return way["businessObject"].conditionExpression || source["businessObject"].default === way["businessObject"] ? undefined : way;
}

class Inserting extends CommandInterceptor {
  static $inject = ["eventBus", "modeling", "rules"];
  constructor(bus: EventBus, modeling: Modeling, rules: Rules) {
    super(bus);
    this.preExecuted("shape.append", ({ context }: Appended) => {
      const { source, shape, hints } = context;
      const way = wayThrough(source, shape);
      const joins = rules.allowed("connection.create", { source, target: shape }) as { type?: string } | boolean;
      const follows = typeof joins === "object" && joins?.type === "bpmn:SequenceFlow" && hints?.connectionTarget !== source;
      // What was dropped on a flow leads on already.
      if (!way || !follows || shape.outgoing.length > 0) return;
      modeling.reconnectStart(way, shape, middle(shape), { layoutConnection: false });
      context.through = way;
    });
    this.postExecuted("shape.append", AFTER_ROOM, ({ context: { shape, through } }: Appended) => {
      if (through) for (const flow of [through, ...shape.incoming]) modeling.layoutConnection(flow as Connection, { anew: true } as object);
    });
  }
}

export default { __init__: ["bihuanInserting"], bihuanInserting: ["type", Inserting] };
