/// Finds what is filed under the patterns that a topic fits, without looking at those that it does not.
///
/// A tree of words: a lookup goes down two ways a word at most, the word's own and that of `*`.
struct TopicIndex<Value> {
    private struct Node {
        var children: [Substring: Int] = [:]
        /// The child for any one word.
        var anyWord: Int?
        /// What is filed under the words so far.
        var values: [Value] = []
        /// What is filed under the words so far and any more.
        var openValues: [Value] = []
    }

    private var nodes = [Node()]

    /// Files a value under a pattern, which must be one.
    mutating func insert(_ value: Value, under pattern: String) {
        var node = 0
        for word in pattern.split(separator: ".") {
            if word == "#" {
                nodes[node].openValues.append(value)
                return
            }
            node = word == "*" ? anyWord(of: node) : child(word, of: node)
        }
        nodes[node].values.append(value)
    }

    /// What is filed under the patterns that fit, in no order, a value as often as its patterns fit.
    func values(for topic: String) -> [Value] {
        var found: [Value] = []
        collect(topic.split(separator: ".")[...], from: 0, into: &found)
        return found
    }

    private func collect(_ words: ArraySlice<Substring>, from index: Int, into found: inout [Value]) {
        let node = nodes[index]
        found += node.openValues
        guard let word = words.first else {
            found += node.values
            return
        }
        if let child = node.children[word] { collect(words.dropFirst(), from: child, into: &found) }
        if let child = node.anyWord { collect(words.dropFirst(), from: child, into: &found) }
    }

    private mutating func child(_ word: Substring, of node: Int) -> Int {
        if let child = nodes[node].children[word] { return child }
        nodes.append(Node())
        nodes[node].children[word] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func anyWord(of node: Int) -> Int {
        if let child = nodes[node].anyWord { return child }
        nodes.append(Node())
        nodes[node].anyWord = nodes.count - 1
        return nodes.count - 1
    }
}
