// Taking back and doing again, one step at a time: first the editor's own steps, then what was done before its page was opened.
import { Past } from "./past";
import { put, type Same } from "./pending";

/** What the drawing libraries call a command stack. */
type Stack = { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean; _stackIdx: number };
type Bus = { on(event: string, heard: (event: { trigger: string | null }) => void): void };

/** A page that has no steps of its own: every pause of typing is one of ours. */
const none = (): Stack => ({ undo: () => {}, redo: () => {}, canUndo: () => false, canRedo: () => false, _stackIdx: -1 });
/** Where the browser itself takes back what was typed. */
const TYPING = "input, textarea, select, [contenteditable]";

const button = (name: string): HTMLButtonElement => document.querySelector<HTMLButtonElement>(`[data-step="${name}"]`)!;

export class Steps {
  private readonly past: Past;
  private readonly followed = new WeakSet<Stack>();
  private stack = none();
  private own = false;
  private moving = false;
  /** The editor forgot its steps before the last of them was written. */
  private unwritten = false;

  /** *open* shows another state of the file in the editor; *same* tells whether two texts say the same. */
  constructor(private readonly file: string, text: string, private readonly open: (text: string) => Promise<void>, private readonly same?: Same) {
    this.past = new Past(file, text);
    this.prolong(this.stack);
    button("undo").addEventListener("click", () => this.stack.undo());
    button("redo").addEventListener("click", () => this.stack.redo());
    document.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  /** From now on the editor's own steps are those of this stack, and none was done yet. */
  follow(stack: Stack, bus: Bus): void {
    this.unwritten ||= !this.past.written;
    this.past.anew();
    this.stack = stack;
    this.own = true;
    if (!this.followed.has(stack)) {
      this.followed.add(stack);
      this.prolong(stack);
      bus.on("commandStack.changed", ({ trigger }) => {
        this.past.heard(stack._stackIdx, trigger === "execute");
        this.show();
      });
    }
    this.show();
  }

  /** Brings what stands in the editor into the changes; *write* gives its text where the state is a new one. */
  async collect(write: () => Promise<string>): Promise<void> {
    const { stack } = this;
    const step = stack._stackIdx;
    const text = (this.own && !this.unwritten ? this.past.known(step) : undefined) ?? (await write());
    // Another state has come meanwhile, and is collected for itself.
    if (this.moving || this.stack !== stack || stack._stackIdx !== step) return;
    this.unwritten = false;
    this.past.note(step, text);
    this.show();
    await put(this.file, text, this.same);
  }

  /** Keys and buttons of the library go on where its own steps end. */
  private prolong(stack: Stack): void {
    const own = { undo: stack.undo.bind(stack), redo: stack.redo.bind(stack), canUndo: stack.canUndo.bind(stack), canRedo: stack.canRedo.bind(stack) };
    stack.canUndo = () => own.canUndo() || this.past.canBack;
    stack.canRedo = () => own.canRedo() || this.past.canForward;
    stack.undo = () => (own.canUndo() ? own.undo() : void this.move(-1));
    stack.redo = () => (own.canRedo() ? own.redo() : void this.move(1));
  }

  private async move(by: 1 | -1): Promise<void> {
    if (this.moving || !(by < 0 ? this.past.canBack : this.past.canForward)) return;
    this.moving = true;
    const text = this.past.move(by);
    try {
      await this.open(text);
      await put(this.file, text, this.same);
    } finally {
      this.moving = false;
      this.show();
    }
  }

  private show(): void {
    button("undo").disabled = !this.stack.canUndo();
    button("redo").disabled = !this.stack.canRedo();
  }

  /** The keys work wherever the focus is, but for fields: a drawing that has heard one has said so. */
  private key(event: KeyboardEvent): void {
    const command = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (!command || event.defaultPrevented || (event.target as Element).closest?.(TYPING)) return;
    const key = event.key.toLowerCase();
    const redo = key === "y" || (key === "z" && event.shiftKey);
    if (!redo && key !== "z") return;
    event.preventDefault();
    if (redo) this.stack.redo();
    else this.stack.undo();
  }
}
