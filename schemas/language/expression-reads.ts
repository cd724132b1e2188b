/** A name that an expression reads from the value that it is applied to; `member` is what it reads of that, when it is a plain name. */
export interface Read {
  readonly name: string
  readonly member?: string
}

/** A node of a JMESPath syntax tree, as far as the names in it are concerned. */
export type SyntaxNode = { readonly type: string } & Readonly<Record<string, unknown>>

/** The nodes right below one. */
export function childNodes(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node)
    .flatMap((part) => (Array.isArray(part) ? (part as readonly unknown[]) : [part]))
    .filter((part): part is SyntaxNode => typeof part === 'object' && part !== null && 'type' in part)
}

/** What an expression reads and holds. */
export interface Reads {
  /** The names, each once. */
  readonly reads: readonly Read[]
  /** It reads all of what it is applied to, by no name. */
  readonly whole: boolean
  /** The plain names that a filter compares with one another: `a` and `b` of `[?a == b]`. They are read of each item, and of nothing else. */
  readonly compared: readonly string[]
  /** Those of the names of which a part is read, a key or an item: of a text or a number that is always null. */
  readonly parted: readonly string[]
  readonly functions: readonly string[]
  /** The numbers that are written in it. */
  readonly numbers: readonly number[]
}

/** Finds the names that an expression reads, the functions that it calls, and its numbers. */
export function findReads(tree: SyntaxNode): Reads {
  const reads = new Map<string, Read>()
  const functions = new Set<string>()
  const compared = new Set<string>()
  const parted = new Set<string>()
  const numbers: number[] = []
  let whole = false
  // `top`: the node is applied to the whole value, not to a part of it.
  const visit = (node: SyntaxNode, top: boolean): void => {
    const whose = top ? nameOfParted(node) : undefined
    if (whose !== undefined) parted.add(whose)
    const child = (key: string): SyntaxNode => node[key] as SyntaxNode
    const children = (key: string): readonly SyntaxNode[] => node[key] as readonly SyntaxNode[]
    switch (node.type) {
      case 'Field':
        if (top) add(node['name'] as string)
        return
      case 'Subexpression':
      case 'IndexExpression':
      case 'Pipe':
        visitMember(node, top)
        // `@.name` reads no more than the name.
        if (!isWhole(child('left'), top)) visit(child('left'), top)
        return visit(child('right'), isWhole(child('left'), top))
      case 'Projection':
      case 'ValueProjection':
        visit(child('left'), top)
        return visit(child('right'), false)
      case 'FilterProjection':
        visit(child('left'), top)
        visit(child('condition'), false)
        return visit(child('right'), false)
      case 'ExpressionReference':
        return visit(child('child'), false)
      case 'Flatten':
      case 'NotExpression':
        return visit(child('child'), top)
      case 'Unary':
        return visit(child('operand'), top)
      case 'Comparator':
        if (!top && [child('left'), child('right')].every(({ type }) => type === 'Field'))
          for (const side of ['left', 'right']) compared.add(child(side)['name'] as string)
        visit(child('left'), top)
        return visit(child('right'), top)
      case 'AndExpression':
      case 'OrExpression':
      case 'Arithmetic':
        visit(child('left'), top)
        return visit(child('right'), top)
      case 'Ternary':
        for (const key of ['condition', 'trueExpr', 'falseExpr']) visit(child(key), top)
        return
      case 'Function':
        functions.add(node['name'] as string)
        return children('children').forEach((item) => visit(item, top))
      case 'MultiSelectList':
        return children('children').forEach((item) => visit(item, top))
      case 'MultiSelectHash':
        return children('children').forEach((item) => visit(item['value'] as SyntaxNode, top))
      case 'LetExpression':
        children('bindings').forEach((binding) => visit(binding['reference'] as SyntaxNode, top))
        return visit(child('expression'), top)
      case 'Literal':
        return collectNumbers(node['value'], numbers)
      case 'Root':
        whole = true
        return
      case 'Current':
      case 'Identity':
        whole ||= top
        return
      default:
        // Indexes, slices and the variables of `let` read no names.
        return
    }
  }
  const add = (name: string, member?: string): void => {
    const key = `${name} ${member ?? ''}`
    if (member === undefined && [...reads.values()].some((read) => read.name === name)) return
    reads.set(key, member === undefined ? { name } : { name, member })
  }
  const visitMember = (node: SyntaxNode, top: boolean): void => {
    const [left, right] = [node['left'] as SyntaxNode, node['right'] as SyntaxNode]
    if (top && left.type === 'Field' && right.type === 'Field') add(left['name'] as string, right['name'] as string)
  }
  visit(tree, true)
  return { reads: [...reads.values()], whole, compared: [...compared], parted: [...parted], functions: [...functions], numbers }
}

/** The name that a node reads a key or an item of: `a` of `a.b`, `a[0]`, `a[]`, `a.*`, `a[?b]` and `a | b`. A slice is none, which texts have too. */
function nameOfParted(node: SyntaxNode): string | undefined {
  const [left, right, child] = ['left', 'right', 'child'].map((key) => node[key] as SyntaxNode | undefined)
  const isPart = ['FilterProjection', 'ValueProjection', 'Flatten'].includes(node.type) || startsByPart(right)
  const whose = left ?? child
  return isPart && whose?.type === 'Field' ? (whose['name'] as string) : undefined
}

/** Whether an expression begins with a key or an item of what it is applied to. */
function startsByPart(node: SyntaxNode | undefined): boolean {
  if (node === undefined) return false
  if (node.type === 'Field' || node.type === 'Index') return true
  const left = node['left'] as SyntaxNode | undefined
  if (node.type === 'IndexExpression' && left?.type === 'Identity') return startsByPart(node['right'] as SyntaxNode)
  return ['Subexpression', 'IndexExpression', 'Projection', 'Pipe'].includes(node.type) && startsByPart(left)
}

function isWhole(node: SyntaxNode, top: boolean): boolean {
  return node.type === 'Root' || (top && (node.type === 'Current' || node.type === 'Identity'))
}

function collectNumbers(value: unknown, numbers: number[]): void {
  if (typeof value === 'number') numbers.push(value)
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collectNumbers(item, numbers)
}
