// Words of the libraries that the public collections lack.
export const ZH: Record<string, string> = {
  Collaboration: "整个流程(协作)",
  "Exclusive gateway": "排他网关",
  "Exclusive Gateway": "排他网关",
  "Business rule task": "业务规则任务",
  "Call activity": "调用活动",
  Completion: "完成",
  ID: "编号",
  Process: "流程",
  Participant: "泳池",
  Lane: "泳道",
  Group: "分组",
  "Text annotation": "注释",
  "Sub-process": "子流程",
  "Boundary event": "边界事件",
  "Message boundary event (non interrupting)": "消息边界事件(不中断)",
  "Timer boundary event (non interrupting)": "定时边界事件(不中断)",
};
