/// A queue in an array that is reused: nothing is allocated while it stays as long as it was.
struct RingBuffer<Element> {
    private var storage: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    var first: Element? { count == 0 ? nil : storage[head] }

    /// The element so many places behind the first.
    subscript(offset: Int) -> Element? {
        offset < count ? storage[place(offset)] : nil
    }

    mutating func append(_ element: Element) {
        if count == storage.count { grow() }
        storage[place(count)] = element
        count += 1
    }

    @discardableResult
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[head]
        storage[head] = nil
        head = place(1)
        count -= 1
        return element
    }

    /// Takes out the element so many places behind the first; cheap near the front.
    @discardableResult
    mutating func remove(at offset: Int) -> Element? {
        guard offset < count else { return nil }
        let element = storage[place(offset)]
        for index in stride(from: offset, to: 0, by: -1) { storage[place(index)] = storage[place(index - 1)] }
        popFirst()
        return element
    }

    private func place(_ offset: Int) -> Int {
        let place = head + offset
        return place >= storage.count ? place - storage.count : place
    }

    private mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(max(8, storage.count * 2))
        for offset in 0..<count { larger.append(storage[place(offset)]) }
        larger.append(contentsOf: repeatElement(nil, count: max(8, storage.count * 2) - count))
        storage = larger
        head = 0
    }
}

extension RingBuffer: Sendable where Element: Sendable {}
