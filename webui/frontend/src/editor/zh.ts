// Words of the libraries that the public collections lack.
export const ZH: Record<string, string> = {
  Collaboration: "协作",
  Completion: "完成",
  ID: "编号",
};
